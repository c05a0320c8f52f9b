// A program that does nothing: for the cost of a process.
int main(void)
{
	return 0;
}
