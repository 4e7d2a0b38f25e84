import { writeSync } from 'node:fs';

// Loaded before a program that is measured: reports its use of memory and CPU on file descriptor 3 when it ends.
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeSync(3, JSON.stringify({ residentKiB: maxRSS, cpuMs: (userCPUTime + systemCPUTime) / 1000 }));
});
