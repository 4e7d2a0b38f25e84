let drafts = 0;

/** A name in the same folder that no other call and no other process uses: for a file until it is complete. */
export function draftPath(path: string): string {
  drafts += 1;
  return `${path}.${process.pid}.${drafts}.draft`;
}
