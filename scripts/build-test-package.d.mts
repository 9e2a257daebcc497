/** See build-test-package.mjs. @returns path of the bin/slipway.js to start */
export function buildTestPackage(): Promise<string>;
