#define __TIMESIZE 64
