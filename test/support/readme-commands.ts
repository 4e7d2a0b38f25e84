import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A command in a block of README, and the output that README shows. */
export interface ReadmeCommand {
  section: string;
  /** Without `$ `; a here-document has several lines. */
  command: string;
  output: string;
}

/** The commands with output in README: the lines after `$ ` in blocks with fences. */
export async function readReadmeCommands(): Promise<ReadmeCommand[]> {
  const text = await readFile(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');
  const commands: ReadmeCommand[] = [];
  let section = '';
  let isBlock = false;
  let end: string | undefined;
  for (const line of text.split('\n')) {
    if (line.startsWith('```')) isBlock = !isBlock;
    else if (!isBlock) section = /^## (.*)$/.exec(line)?.[1] ?? section;
    else if (end === undefined && line.startsWith('$ ')) {
      commands.push({ section, command: line.slice(2), output: '' });
      end = /<<'(\w+)'$/.exec(line)?.[1];
    } else {
      const last = commands.at(-1);
      if (last === undefined) continue;
      if (end === undefined) last.output += `${line}\n`;
      else last.command += `\n${line}`;
      if (line === end) end = undefined;
    }
  }
  return commands;
}
