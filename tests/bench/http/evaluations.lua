-- wrk: one POST /access/v1/evaluation after the other, from the file of bodies that the environment names. Prints one JSON object.
local bodies, at = {}, 0
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init()
  for line in io.lines(os.getenv("BODIES")) do bodies[#bodies + 1] = line end
  at = number * 7919 % #bodies
  wrk.headers["Content-Type"] = "application/json"
end

function request()
  at = at % #bodies + 1
  return wrk.format("POST", "/access/v1/evaluation", nil, bodies[at])
end

function done(summary, latency)
  local wrong = summary.errors
  io.write(string.format('{"rate":%.1f,"p50_us":%.1f,"p99_us":%.1f,"requests":%d,"errors":%d}\n',
    summary.requests / summary.duration * 1e6, latency:percentile(50), latency:percentile(99), summary.requests,
    wrong.connect + wrong.read + wrong.write + wrong.status + wrong.timeout))
end
