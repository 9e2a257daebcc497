/**
 * The steps of a definition that is being written, for the graph beside it: by indentation, as an editor's outline, since
 * a text in the middle of a word is no YAML yet. What is wrong with the text is for the server to say.
 */
import { graphOfDefinition, stepsIn, stepsInText, withFallbacks, type GraphStep } from "./graph.ts";

export interface Outline {
  readonly name: string | null;
  readonly steps: readonly GraphStep[];
  /** Folders that command steps take their files from, each with its steps. */
  readonly code: ReadonlyMap<string, readonly string[]>;
}

/** @param text YAML or JSON */
export function outlineOf(text: string): Outline {
  return text.trimStart().startsWith("{") ? outlineOfJson(text) : outlineOfYaml(text);
}

function outlineOfJson(text: string): Outline {
  const none: Outline = { name: null, steps: [], code: new Map() };
  try {
    const definition = JSON.parse(text) as Record<string, unknown>;
    const steps = Object.entries((definition["steps"] ?? {}) as Record<string, { code?: unknown } | null>);
    const folders = steps.flatMap(([name, step]) =>
      typeof step?.code === "string" ? [[step.code, name] as const] : [],
    );
    const { name } = definition;
    return {
      name: typeof name === "string" ? name : null,
      steps: graphOfDefinition(definition),
      code: byFolder(folders),
    };
  } catch {
    return none;
  }
}

interface DraftLines {
  readonly name: string;
  readonly lines: { readonly indent: number; readonly text: string }[];
}

function outlineOfYaml(text: string): Outline {
  const steps: DraftLines[] = [];
  let name: string | null = null;
  let within = false;
  let depth = -1;
  for (const line of text.split(/\r?\n/)) {
    const content = withoutComment(line);
    if (content.trim() === "") continue;
    const indent = content.length - content.trimStart().length;
    if (indent === 0) {
      within = /^(?:steps|"steps"|'steps')\s*:/.test(content);
      name ??=
        /^name\s*:\s*(.+)$/
          .exec(content)?.[1]
          ?.trim()
          .replaceAll(/^["']|["']$/g, "") ?? null;
      continue;
    }
    if (!within) continue;
    if (depth < 0) depth = indent;
    const key = indent === depth ? /^\s*["']?([A-Za-z_][\w-]*)["']?\s*:(.*)$/.exec(content) : null;
    if (key)
      steps.push({ name: key[1] ?? "", lines: key[2]?.trim() ? [{ indent: depth + 1, text: key[2].trim() }] : [] });
    else steps.at(-1)?.lines.push({ indent, text: content.trim() });
  }
  const names = steps.map((step) => step.name);
  const folders = steps.flatMap((step) => {
    const folder = fieldOf(step, "code");
    return folder === null ? [] : [[folder, step.name] as const];
  });
  return { name, steps: withFallbacks(steps.map((step) => draftOf(step, names))), code: byFolder(folders) };
}

/** A "#" that begins a word begins a comment, unless it stands in quotes. */
function withoutComment(line: string): string {
  if (!line.includes("#")) return line;
  let quote: string | null = null;
  for (const [index, sign] of [...line].entries()) {
    if (quote === null && (sign === '"' || sign === "'")) quote = sign;
    else if (sign === quote) quote = null;
    else if (sign === "#" && quote === null && (index === 0 || /\s/.test(line[index - 1] ?? "")))
      return line.slice(0, index);
  }
  return line;
}

function draftOf(step: DraftLines, names: readonly string[]) {
  const condition = fieldOf(step, "if") ?? "";
  const needs = [
    ...listOf(step, "needs"),
    ...stepsIn(condition),
    ...step.lines.flatMap(({ text }) => stepsInText(text)),
  ];
  const known = new Set(needs.filter((need) => need !== step.name && names.includes(need)));
  return { name: step.name, type: fieldOf(step, "type") ?? "", needs: [...known], condition };
}

/** The text after "key:" among the step's own fields, or in its braces. */
function fieldOf({ lines }: DraftLines, key: string): string | null {
  const own = Math.min(...lines.map(({ indent }) => indent));
  for (const { indent, text } of lines) {
    if (indent !== own) continue;
    const plain =
      new RegExp(`^${key}\\s*:\\s*(.*)$`).exec(text) ?? new RegExp(`[{,]\\s*${key}\\s*:\\s*([^,}]*)`).exec(text);
    if (plain) return (plain[1] ?? "").trim().replaceAll(/^["']|["']$/g, "");
  }
  return null;
}

/** A list of names in brackets, or one a line with dashes. */
function listOf(step: DraftLines, key: string): string[] {
  const braces = step.lines[0]?.text.startsWith("{")
    ? new RegExp(`[{,]\\s*${key}\\s*:\\s*\\[([^\\]]*)`).exec(step.lines[0].text)
    : null;
  const value = braces?.[1] ?? fieldOf(step, key);
  if (value) return [...value.matchAll(/[A-Za-z_][\w-]*/g)].map(([name]) => name);
  const at = step.lines.findIndex(({ text }) => text.replace(/\s+/g, "") === `${key}:`);
  if (at < 0) return [];
  const rest = step.lines.slice(at + 1);
  const end = rest.findIndex(({ text }) => !text.startsWith("-"));
  return (end < 0 ? rest : rest.slice(0, end)).map(({ text }) =>
    text
      .slice(1)
      .trim()
      .replaceAll(/^["']|["']$/g, ""),
  );
}

function byFolder(folders: readonly (readonly [folder: string, step: string])[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [folder, step] of folders) if (folder !== "") found.set(folder, [...(found.get(folder) ?? []), step]);
  return found;
}
