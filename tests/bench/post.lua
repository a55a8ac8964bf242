-- wrk script: POST one form; every request carries a key of its own.
-- Environment: BENCH_BODY (form body, the word UUID is replaced by one), BENCH_COOKIE, BENCH_ORIGIN, BENCH_SEED.
local body, cookie = os.getenv("BENCH_BODY"), os.getenv("BENCH_COOKIE")
local seed = tonumber(os.getenv("BENCH_SEED") or "1")
math.randomseed(os.time() * 1000 + seed)

local function uuid()
  return (string.gsub("xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx", "x", function()
    return string.format("%x", math.random(0, 15))
  end))
end

function request()
  local headers = {
    ["Content-Type"] = "application/x-www-form-urlencoded",
    ["Cookie"] = cookie, ["Host"] = wrk.headers["Host"], ["Origin"] = os.getenv("BENCH_ORIGIN"),
  }
  local filled = string.gsub(body, "UUID", uuid())
  return wrk.format("POST", nil, headers, filled)
end
