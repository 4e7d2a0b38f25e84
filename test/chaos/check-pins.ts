import { at, canonical, stringAt } from './json.ts';
import type { HubContent } from './hub-content.ts';
import type { Attempt } from './journal.ts';

/** Checks that every pinned ref means the same as when it was admitted. */
export function checkPins(tries: readonly Attempt[], found: HubContent): { checked: number; problems: string[] } {
  const problems: string[] = [];
  let checked = 0;
  for (const { id, name, pin, object, outcome, first } of tries) {
    if (pin === undefined || outcome !== 'accepted') continue;
    const stamp = stringAt(object, 'metadata', 'annotations', 'spectrocloud.com/environment-revision');
    const number = Number(/@v(\d+)/.exec(stamp)?.[1]);
    const version = pin.selector.includes('.');
    // A number that means the highest version of a major is a floating ref.
    if (stamp !== '' && !version && String(number) !== pin.selector) continue;
    checked += 1;
    const what = `${id}: pin ${name}@v${pin.selector}`;
    const deployment = found.deployments.get(pin.deployment);
    const now = at(deployment, 'status', 'environment', 'revision');
    if (deployment === undefined) problems.push(`${what} does not exist`);
    else if (stamp === '') problems.push(`${what} was admitted without a stamp`);
    else if (now !== number) problems.push(`${what} meant v${number} and means v${JSON.stringify(now)}`);
    else if (first !== undefined && canonical(first) !== canonical(specOf(found, name, number))) {
      problems.push(`${what}: v${number} has another content than at first`);
    }
  }
  return { checked, problems };
}

function specOf({ environments, revisions }: HubContent, name: string, number: number) {
  const environment = environments.find((item) => stringAt(item, 'metadata', 'name') === name);
  const own = revisions.get(stringAt(environment, 'metadata', 'uid')) ?? [];
  return own.find((revision) => revision.number === number)?.content['spec'];
}
