-- Benchmarks of Lua: each is a global function without arguments.
local function fib(n)
	if n < 2 then return n end
	return fib(n - 1) + fib(n - 2)
end

function calls()
	assert(fib(29) == 514229)
end

function sieve()
	for round = 1, 12 do
		local prime, count = {}, 0
		for i = 2, 100000 do prime[i] = true end
		for i = 2, 100000 do
			if prime[i] then
				count = count + 1
				for k = i * i, 100000, i do prime[k] = false end
			end
		end
		assert(count == 9592)
	end
end

function strings()
	local parts = {}
	for i = 1, 60000 do
		parts[#parts + 1] = string.format("%d:%s", i, string.rep("x", i % 9))
	end
	local text = table.concat(parts, ",")
	local found = 0
	for word in text:gmatch("%d+") do found = found + #word end
	text = text:gsub("x+", function(s) return #s end):upper()
	assert(found > 0 and #text > 0)
end

function sorting()
	local numbers, x = {}, 1
	for i = 1, 60000 do
		x = (x * 1664525 + 1013904223) % 4294967296
		numbers[i] = x
	end
	table.sort(numbers, function(a, b) return a < b end)
	for i = 2, #numbers do assert(numbers[i - 1] <= numbers[i]) end
end

function objects()
	local point = {}
	point.__index = point
	point.__add = function(a, b) return setmetatable({x = a.x + b.x, y = a.y + b.y}, point) end
	function point:size() return self.x * self.x + self.y * self.y end
	local sum = setmetatable({x = 0, y = 0}, point)
	for i = 1, 600000 do
		sum = sum + setmetatable({x = 1, y = i % 3}, point)
		if i % 1000 == 0 then assert(sum:size() > 0) end
	end
end

function matrix()
	local n, a, b, c = 110, {}, {}, {}
	for i = 1, n do
		a[i], b[i], c[i] = {}, {}, {}
		for k = 1, n do a[i][k], b[i][k] = i / k, k - i end
	end
	for i = 1, n do
		for k = 1, n do
			local sum = 0.0
			for m = 1, n do sum = sum + a[i][m] * b[m][k] end
			c[i][k] = sum
		end
	end
end

function coroutines()
	local function generator(n)
		return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end)
	end
	local sum = 0
	for value in generator(400000) do sum = sum + value end
	assert(sum == 400000 * 400001 // 2)
end

function closures()
	local function counter()
		local n = 0
		return function(by)
			n = n + by
			return n
		end
	end
	local total = 0
	for i = 1, 20000 do
		local count = counter()
		for k = 1, 30 do total = total + select(2, pcall(count, k)) end
	end
	assert(total > 0)
end
