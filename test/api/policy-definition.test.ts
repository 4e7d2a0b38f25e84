import { schemaCases } from '../support/schema-cases.ts';

const of = (template: string) => ({ schematic: { cue: { template } } });

schemaCases('PolicyDefinition', [
  { what: 'a template', spec: of('output: {}'), why: 'nothing else is required' },
  { what: 'an empty template', spec: of(''), paths: ['spec.schematic.cue.template'], why: 'it renders nothing' },
  {
    what: 'a template of 300 KiB',
    spec: of('x'.repeat(300 * 1024)),
    paths: ['spec.schematic.cue.template'],
    why: 'every list and string has a limit',
  },
  {
    what: 'another language',
    spec: { schematic: { helm: {} } },
    paths: ['spec.schematic.cue'],
    why: 'CUE is the only language',
  },
]);
