/** What addresses of pipelines say beyond their names. */
import { searchChoice, searchFlag, searchList, searchNumber, searchSort, searchText } from "../app/index.ts";

type Raw = Record<string, unknown>;

const version = (raw: unknown): number | undefined => {
  const number = searchNumber(raw, { min: 1, max: 1e9 });
  return Number.isInteger(number) ? number : undefined;
};

export const pipelineTabs = ["graph", "runs", "schedules", "endpoint", "yaml"] as const;
export type PipelineTab = (typeof pipelineTabs)[number];

/** In which the endpoint's request is shown; the last is the body alone. */
export const codeForms = ["curl", "python", "typescript", "azureml"] as const;
export type CodeForm = (typeof codeForms)[number];

export const listColumns = ["name", "created", "updated"] as const;

export interface PipelineListSearch {
  q?: string;
  sort?: (typeof listColumns)[number] | `-${(typeof listColumns)[number]}`;
  archived?: true;
}

export function validateListSearch(raw: Raw): PipelineListSearch {
  return { q: searchText(raw["q"]), sort: searchSort(raw["sort"], listColumns), archived: searchFlag(raw["archived"]) };
}

export interface PipelineSearch {
  tab?: PipelineTab;
  /** By default the pipeline's default version. */
  version?: number;
  /** Version that the text is compared with. */
  against?: number;
  /** Name of the step whose fields are shown. */
  step?: string;
  /** Name of the schedule whose firings are shown. */
  schedule?: string;
  /** Of runs. */
  status?: string;
  language?: CodeForm;
}

export type ChangePipelineSearch = (changes: PipelineSearch) => void;

export function validatePipelineSearch(raw: Raw): PipelineSearch {
  return {
    tab: searchChoice(raw["tab"], pipelineTabs),
    version: version(raw["version"]),
    against: version(raw["against"]),
    step: searchText(raw["step"]),
    schedule: searchText(raw["schedule"]),
    status: searchChoice(raw["status"], runStatuses),
    language: searchChoice(raw["language"], codeForms),
  };
}

export const runStatuses = ["QUEUED", "SCHEDULED", "RUNNING", "FINISHED", "FAILED", "KILLED"] as const;

export interface NewPipelineSearch {
  /** Pipeline whose definition the text begins with. */
  from?: string;
  version?: number;
}

export function validateNewSearch(raw: Raw): NewPipelineSearch {
  return { from: searchText(raw["from"]), version: version(raw["version"]) };
}

export interface RunFormSearch {
  version?: number;
  /** Run whose parameters are taken. */
  from?: string;
  open?: string[];
}

export function validateRunFormSearch(raw: Raw): RunFormSearch {
  return { version: version(raw["version"]), from: searchText(raw["from"]), open: searchList(raw["open"]) };
}

export interface ScheduleSearch {
  pipeline?: string;
  /** Name of the schedule that is changed; without it a new one is made. */
  schedule?: string;
  open?: string[];
}

export function validateScheduleSearch(raw: Raw): ScheduleSearch {
  return {
    pipeline: searchText(raw["pipeline"]),
    schedule: searchText(raw["schedule"]),
    open: searchList(raw["open"]),
  };
}
