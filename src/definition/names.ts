/** Names within a definition: steps, parameters, inputs, outputs. They stand in expressions, so they hold no dot. */
export const namePattern = "^[A-Za-z_][A-Za-z0-9_-]{0,99}$";
export const nameRule = '1 to 100 letters, digits, "_" and "-", beginning with a letter or "_"';

export const pipelineNamePattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$";
export const pipelineNameRule = '1 to 100 letters, digits, "-", "_" and ".", beginning with a letter or digit';

/** What every JavaScript object has already: a record with such a key is an accident or an attack. */
const reserved = new Set(Object.getOwnPropertyNames(Object.prototype));

export const isReserved = (text: string): boolean => reserved.has(text);
