// Reads processor time and memory of a process from Linux's /proc, if it exists.
import { readFileSync } from 'node:fs';

/** Clock tick of /proc/<pid>/stat, in seconds: 100 ticks per second on every Linux that Node supports. */
const TICK_SECONDS = 0.01;

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** @returns {number} processor time of all threads so far, in seconds; NaN if it is unknown */
export function cpuSeconds(pid) {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return Number.NaN;
  // The program's name can contain spaces. Fields 14 and 15 are utime and stime (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_SECONDS;
}

/** @returns {number} resident memory now, in MB (10^6 bytes) */
export function residentMegabytes(pid) {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return kilobytes === undefined ? Number.NaN : (Number(kilobytes) * 1024) / 1e6;
}

/** @returns {number} processor time of everything on the machine so far, including stolen time, in seconds */
export function machineSeconds() {
  const fields = /^cpu +(.*)/
    .exec(read('/proc/stat') ?? '')?.[1]
    ?.split(' ')
    .map(Number);
  if (!fields) return Number.NaN;
  const [user, nice, system, , , interrupts, softInterrupts, stolen] = fields;
  return (user + nice + system + interrupts + softInterrupts + stolen) * TICK_SECONDS;
}
