-- Saves works as a web editor does: the whole document, in which only the name has changed.
--
-- Argument: a file of lines "<url path> TAB <file of the document>"; each request replaces @NAME@
-- in a document by a new name. The documents are split there once, so that a request costs a few
-- concatenations and wrk does not become the bottleneck.

wrk.method = "PUT"
wrk.headers["Content-Type"] = "application/json"

local threads = 0

-- Runs in the main state, once per thread; threads start at different works, to avoid saving the
-- same one.
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local works = {}
local turn = 0
local stamp = tostring(os.time())

function init(args)
  for line in io.lines(args[1]) do
    local path, name = line:match("^(%S+)\t(.+)$")
    local file = assert(io.open(name, "rb"))
    local document = file:read("*a")
    file:close()
    local first, last = document:find("@NAME@", 1, true)
    works[#works + 1] = {
      path = path,
      head = document:sub(1, first - 1),
      tail = document:sub(last + 1),
    }
  end
  turn = number * math.floor(#works / 2)
end

function request()
  turn = turn + 1
  local work = works[turn % #works + 1]
  local name = "Take " .. stamp .. "-" .. number .. "-" .. turn
  return wrk.format(nil, work.path, nil, work.head .. name .. work.tail)
end
