import assert from 'node:assert/strict';
import { markOf, markVariable, readMark, startOf } from '../../../../../deploy/local/hub/processes/process-table.ts';

describe('the mark of a process', () => {
  const mark = `${markVariable}=${markOf('/d/.local', 'webhook', 'abc')}`;

  it('says which process of the hub it is, and with which settings', () => {
    assert.deepEqual(readMark(['PATH=/bin', mark], '/d/.local'), { name: 'webhook', settings: 'abc' });
  });

  const others = [
    { variables: ['PATH=/bin'], why: 'it bears no mark' },
    { variables: [mark.replace('/d/.local', '/d/.local/e2e')], why: 'it belongs to a hub in a folder below' },
    { variables: [mark.replace('/d/.local', '/d')], why: 'it belongs to a hub in the folder above' },
    { variables: [`X${mark}`], why: 'the variable has another name' },
    { variables: [], why: 'its variables cannot be read' },
  ];
  for (const { variables, why } of others) {
    it(`is none of ours when ${why}`, () => assert.equal(readMark(variables, '/d/.local'), undefined));
  }
});

describe('the start of a process', () => {
  it('is known for one that runs and unknown for one that does not', async () => {
    assert.match((await startOf(process.pid)) ?? '', /[0-9]/);
    assert.equal(await startOf(999_999_999), undefined);
  });
});
