const key = "slipway-workspace";

export function lastWorkspace(): string | null {
  return localStorage.getItem(key);
}

export function keepWorkspace(name: string): void {
  localStorage.setItem(key, name);
}
