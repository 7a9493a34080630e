-- wrk: one GET after the other, of the paths in the file that the environment names. Prints one JSON object.
local paths, threads = {}, 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init()
  for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
  at = number * 7919 % #paths
end

function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end

function done(summary, latency)
  local wrong = summary.errors
  io.write(string.format('{"rate":%.1f,"p50_us":%.1f,"p99_us":%.1f,"requests":%d,"errors":%d}\n',
    summary.requests / summary.duration * 1e6, latency:percentile(50), latency:percentile(99), summary.requests,
    wrong.connect + wrong.read + wrong.write + wrong.status + wrong.timeout))
end
