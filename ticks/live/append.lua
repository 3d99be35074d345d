-- Append one batch to the hot log of a stream, where it continues the chain and its writer still holds the fence.
-- KEYS: head, log.
-- ARGV: fence, epoch, prev_t, n, first_t, last_t, count, data, max_bytes, indexed_t, now, after_t
-- `after_t` is the tip that the writer knows. `prev_t` is newer where the ticks between are stored nowhere.
-- Answers {word, tip, n of tip}: "ok"; "known" (all of it was there: a repeated command); "hole"; "fenced".
local head, log = KEYS[1], KEYS[2]
local fence, epoch = tonumber(ARGV[1]), ARGV[2]
local after_t, last_t = tonumber(ARGV[12]), tonumber(ARGV[6])
local newest_fence = tonumber(redis.call('HGET', head, 'fence') or '0')
if fence < newest_fence then return {'fenced', '0', '0'} end

local there = redis.call('HMGET', head, 'epoch', 'tip', 'n', 'bytes')
local bytes = 0
if there[1] == epoch then
  if last_t <= tonumber(there[2]) then return {'known', there[2], there[3]} end
  if after_t ~= tonumber(there[2]) then return {'hole', there[2], there[3]} end
  bytes = tonumber(there[4])
end

local n, count = tonumber(ARGV[4]), tonumber(ARGV[7])
redis.call('XADD', log, ARGV[6] .. '-1', 'p', ARGV[3], 'n', ARGV[4], 'f', ARGV[5], 'c', ARGV[7], 'd', ARGV[8])
bytes = bytes + #ARGV[8]

-- Only what an indexed file holds may go; the cap alone forgets nothing.
local max_bytes, indexed_t = tonumber(ARGV[9]), tonumber(ARGV[10])
while bytes > max_bytes do
  local oldest = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
  if not oldest or tonumber(string.match(oldest[1], '^%d+')) > indexed_t then break end
  redis.call('XDEL', log, oldest[1])
  bytes = bytes - #oldest[2][10]
end
local last_n = string.format('%.0f', n + count - 1)
redis.call('HSET', head, 'epoch', epoch, 'tip', ARGV[6], 'n', last_n,
  'bytes', bytes, 'fence', ARGV[1], 'ts', ARGV[11])
return {'ok', ARGV[6], last_n}
