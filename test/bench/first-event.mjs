// Loaded before the command line: says on the error stream when the first event of a run is handled, in seconds since the
// process began: by the clock, and of processor time. The digest of events writes the entity of each with
// DataView.setInt32, which nothing else on the way uses.
const { setInt32 } = DataView.prototype;
DataView.prototype.setInt32 = function (...args) {
  DataView.prototype.setInt32 = setInt32;
  const { user, system } = process.cpuUsage();
  process.stderr.write(`first event ${performance.now() / 1000} ${(user + system) / 1e6}\n`);
  return setInt32.apply(this, args);
};
