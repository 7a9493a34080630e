-- What a question costs that asks nothing: the measure of the machine.
SELECT 1
