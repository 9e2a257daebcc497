export { createSecretBox, type SecretBox } from "./secret-box.ts";
export { loadSecretKey, secretKeyFile } from "./secret-key.ts";
