import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

// Preloaded with --import: writes the URLs of all modules that a process has loaded, one in a line, to the file in MODULES_FILE.
const urls: string[] = [];
registerHooks({
  load: (url, context, nextLoad) => {
    urls.push(url);
    return nextLoad(url, context);
  },
});
process.on('exit', () => writeFileSync(process.env['MODULES_FILE'] ?? '', urls.join('\n')));
