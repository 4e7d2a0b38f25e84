import assert from 'node:assert/strict';
import {
  formatMark,
  markVariable,
  readMark,
  getStartTime,
} from '../../../../../deploy/local/hub/processes/process-table.ts';

describe('the mark of a process', () => {
  const mark = `${markVariable}=${formatMark('/d/.local', 'webhook', 'abc')}`;

  it('contains the name of the process and the digest of its settings', () => {
    assert.deepEqual(readMark(['PATH=/bin', mark], '/d/.local'), { name: 'webhook', settings: 'abc' });
  });

  const others = [
    { variables: ['PATH=/bin'], why: 'it does not have the variable' },
    { variables: [mark.replace('/d/.local', '/d/.local/e2e')], why: 'it belongs to a hub in a folder below' },
    { variables: [mark.replace('/d/.local', '/d')], why: 'it belongs to a hub in the folder above' },
    { variables: [`X${mark}`], why: 'the variable has another name' },
    { variables: [], why: 'its variables cannot be read' },
  ];
  for (const { variables, why } of others) {
    it(`does not belong to the hub when ${why}`, () => assert.equal(readMark(variables, '/d/.local'), undefined));
  }
});

describe('the start time of a process', () => {
  it('is undefined if the process does not run', async () => {
    assert.match((await getStartTime(process.pid)) ?? '', /[0-9]/);
    assert.equal(await getStartTime(999_999_999), undefined);
  });
});
