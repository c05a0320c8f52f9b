-- words.lua FILE...: how often each word occurs in the files, in no order: "count word" a line.
local count = {}

for _, name in ipairs(arg) do
	local file <close> = assert(io.open(name))
	for line in file:lines() do
		for word in line:lower():gmatch("%a+") do
			count[word] = (count[word] or 0) + 1
		end
	end
end

for word, n in pairs(count) do
	print(n, word)
end
