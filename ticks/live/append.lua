-- Append one batch to the hot log of a stream, where it continues the chain and its writer still holds the fence.
-- KEYS: head, log.
-- ARGV: fence, epoch, prev_t, n, first_t, last_t, count, data, max_bytes, indexed_t, now, after_t, newest_t
-- `after_t` is the tip that the writer knows. `prev_t` is newer where the ticks between are stored nowhere.
-- An empty log takes only what follows the indexed files: what no file holds must all be in it.
-- Answers {word, tip, n of tip}: "ok"; "known" (all of it was there: a repeated command); "hole"; "fenced".
local head, log = KEYS[1], KEYS[2]
local fence, epoch = tonumber(ARGV[1]), ARGV[2]
local after_t, last_t = tonumber(ARGV[12]), tonumber(ARGV[6])
local was = redis.call('HMGET', head, 'fence', 'epoch', 'tip', 'n', 'bytes')
if fence < tonumber(was[1] or '0') then return {'fenced', '0', '0'} end

local indexed_t, bytes, tip, tip_n = tonumber(ARGV[10]), 0, nil, nil
if was[2] == epoch and redis.call('EXISTS', log) == 1 then
  -- Both are always written together; to look at the newest entry itself costs as much as to add one.
  tip, tip_n, bytes = was[3], was[4], tonumber(was[5])
else
  local newest = redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
  if newest then
    tip = string.match(newest[1], '^%d+')
    tip_n = string.format('%.0f', tonumber(newest[2][4]) + tonumber(newest[2][8]) - 1)
  end
end
if tip then
  if last_t <= tonumber(tip) then return {'known', tip, tip_n} end
  if after_t ~= tonumber(tip) then return {'hole', tip, tip_n} end
elseif after_t > indexed_t then
  return {'hole', '0', '0'}
end
if was[2] ~= epoch then redis.call('PERSIST', log) end

local n, count = tonumber(ARGV[4]), tonumber(ARGV[7])
redis.call('XADD', log, ARGV[6] .. '-1', 'p', ARGV[3], 'n', ARGV[4], 'f', ARGV[5], 'c', ARGV[7], 'd', ARGV[8])
bytes = bytes + #ARGV[8]

-- Only what an indexed file holds may go; the cap alone forgets nothing.
local max_bytes = tonumber(ARGV[9])
while bytes > max_bytes do
  local oldest = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
  if not oldest or tonumber(string.match(oldest[1], '^%d+')) > indexed_t then break end
  redis.call('XDEL', log, oldest[1])
  bytes = bytes - #oldest[2][10]
end
local last_n = string.format('%.0f', n + count - 1)
redis.call('HSET', head, 'epoch', epoch, 'tip', ARGV[6], 'n', last_n,
  'bytes', bytes, 'fence', ARGV[1], 'ts', ARGV[11], 'newest', ARGV[13])
return {'ok', ARGV[6], last_n}
