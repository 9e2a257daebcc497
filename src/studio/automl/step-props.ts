import type { WizardFacts } from "./wizard-facts.ts";
import type { WizardSearch } from "./wizard-search.ts";

/** Changes what is asked; a key that is undefined goes back to its default. */
export type Change = (options: WizardSearch) => void;

/** What each step of the wizard is given. */
export interface StepProps {
  readonly search: WizardSearch;
  readonly change: Change;
  readonly facts: WizardFacts;
}
