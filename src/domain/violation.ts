/** Something that a rule found. `code` is stable: the metric label and the anchor in the docs. */
export interface Violation {
  code: string;
  severity: 'deny' | 'warn';
  /** Where, as users write it: `spec.topology.type`; empty where no single field is at fault. */
  path: string;
  /** One line: what is wrong and what to do. */
  message: string;
}
