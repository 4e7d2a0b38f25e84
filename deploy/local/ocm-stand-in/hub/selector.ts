/** OCM stand-in (local runs only): label selectors. Source of the semantics: apimachinery `LabelSelectorAsSelector`. */

export interface SelectorRequirement {
  key: string;
  operator: string;
  values?: string[];
}

export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: SelectorRequirement[];
}

/** Why the selector is invalid. Undefined if it is valid. */
export function findSelectorProblem(selector: LabelSelector | undefined): string | undefined {
  for (const { operator, values = [] } of selector?.matchExpressions ?? []) {
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0)
        return `values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty`;
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0)
        return `values: Invalid value: ${JSON.stringify(values)}: values set must be empty for exists and does not exist`;
    } else {
      return `"${operator}" is not a valid label selector operator`;
    }
  }
  return undefined;
}

/** Whether the labels match. An absent or empty selector matches everything. */
export function matchesLabels(selector: LabelSelector | undefined, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(selector?.matchLabels ?? {});
  return (
    wanted.every(([key, value]) => labels[key] === value) &&
    (selector?.matchExpressions ?? []).every((requirement) => matchesRequirement(requirement, labels[requirement.key]))
  );
}

function matchesRequirement({ operator, values = [] }: SelectorRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
