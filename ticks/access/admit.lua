-- Say how many connections a worker has, and ask whether more may come, over all workers that live.
-- KEYS: the workers by the time (ms) at which they are given up, the hash of this one.
-- ARGV: this worker, what the others' hashes are called before their names, its time to live (ms), the limits of a stream
-- and of an account (0: none), how many counts follow; these, as name and number; then candidates, as stream and account.
-- Counts are absolute, and the candidates' own are among them: a repeated command finds what it found before.
-- Answers {1 where this worker was known, else 0; for each candidate 0 (it is in, and counted), 1 (stream), 2 (account)}.
local workers, own, me, prefix, ttl = KEYS[1], KEYS[2], ARGV[1], ARGV[2], tonumber(ARGV[3])
local max_stream, max_account, counts = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

redis.call('ZREMRANGEBYSCORE', workers, '-inf', now)
local answers = {redis.call('EXISTS', own)}
redis.call('ZADD', workers, now + ttl, me)
redis.call('HSET', own, '', '1')
redis.call('PEXPIRE', own, ttl)

local others = {}
for _, worker in ipairs(redis.call('ZRANGE', workers, 0, -1)) do
  if worker ~= me then table.insert(others, prefix .. worker) end
end
local mine, theirs = {}, {}
for at = 7, 6 + 2 * counts, 2 do mine[ARGV[at]] = tonumber(ARGV[at + 1]) end

local function is_full(field, limit)
  if limit == 0 then return false end
  if not theirs[field] then
    theirs[field] = 0
    for _, other in ipairs(others) do theirs[field] = theirs[field] + tonumber(redis.call('HGET', other, field) or 0) end
  end
  return mine[field] + theirs[field] >= limit
end

for at = 7 + 2 * counts, #ARGV, 2 do
  local stream, account = ARGV[at], ARGV[at + 1]
  if is_full(stream, max_stream) then
    table.insert(answers, 1)
  elseif is_full(account, max_account) then
    table.insert(answers, 2)
  else
    mine[stream], mine[account] = mine[stream] + 1, mine[account] + 1
    table.insert(answers, 0)
  end
end
for field, count in pairs(mine) do
  if count > 0 then redis.call('HSET', own, field, count) else redis.call('HDEL', own, field) end
end
return answers
