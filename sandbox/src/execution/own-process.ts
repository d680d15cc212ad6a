/** Unlike `process.exit`, `process.kill` would end more than the thread. */
export function protectProcess(): void {
  const { pid, ppid } = process;
  const kill = process.kill.bind(process);
  process.kill = (target, signal) => {
    const isOurs = target === pid || target === ppid || target <= 0;
    if (isOurs && signal !== 0) throw new Error('process.kill would end the sandbox, not only the Action.');
    return kill(target, signal);
  };
}
