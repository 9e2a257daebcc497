/** Parts of a page that are not as they are by default: "axes" is open, "-notes" is closed. */
type Opened = readonly string[] | undefined;

export function isOpened(opened: Opened, id: string, isOpenFirst: boolean): boolean {
  if (opened?.includes(id)) return true;
  return isOpenFirst && !opened?.includes(`-${id}`);
}

/** @returns undefined where all is as it is by default */
export function withOpened(opened: Opened, id: string, isOpen: boolean, isOpenFirst: boolean): string[] | undefined {
  const others = opened?.filter((other) => other !== id && other !== `-${id}`) ?? [];
  if (isOpen !== isOpenFirst) others.push(isOpen ? id : `-${id}`);
  return others.length === 0 ? undefined : others;
}
