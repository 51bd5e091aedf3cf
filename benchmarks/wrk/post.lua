-- Creates works. Argument: a file with the JSON body; each request replaces @NAME@ by a new name.

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"

local head, tail
local turn = 0

function init(args)
  local file = assert(io.open(args[1], "rb"))
  local document = file:read("*a")
  file:close()
  local first, last = document:find("@NAME@", 1, true)
  head, tail = document:sub(1, first - 1), document:sub(last + 1)
end

function request()
  turn = turn + 1
  return wrk.format(nil, nil, nil, head .. "Work " .. turn .. tail)
end
