-- wrk: posts documents of a file, one a request, or so many a request with LINES=100.
local path = os.getenv("DOCUMENTS")
local each = tonumber(os.getenv("LINES") or "1")
local bodies, pending = {}, {}
for line in io.lines(path) do
    pending[#pending + 1] = line
    if #pending == each then
        bodies[#bodies + 1] = table.concat(pending, "\n") .. "\n"
        pending = {}
    end
end
local kind = each > 1 and "application/x-ndjson" or "application/json"
local target = os.getenv("TARGET")
local next = 0
-- Threads must not send the same documents at the same time.
function setup(thread) thread:set("first", math.random(#bodies)) end
function init() next = first or 0 end
function request()
    next = next % #bodies + 1
    return wrk.format("POST", target, { ["content-type"] = kind }, bodies[next])
end
function done(summary, latency)
    local seconds = summary.duration / 1e6
    io.write(string.format(
        "%.0f | %.2f | %.2f | %d |\n", summary.requests * each / seconds,
        latency:percentile(50) / 1000, latency:percentile(99) / 1000,
        summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
