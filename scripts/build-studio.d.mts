/** See build-studio.mjs. @returns whether something was built */
export function buildStudio(options?: { readonly out?: string }): Promise<boolean>;
