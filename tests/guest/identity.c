/* Who one is: process ids, groups, sessions, users; looking up users and groups. */
#include "check.h"

#include <grp.h>
#include <pwd.h>
#include <sys/types.h>
#include <unistd.h>

int main(void)
{
	SHOW(getpid() > 0);
	SHOW(getppid() >= 0);
	SHOW(gettid() == getpid());
	SHOW(getpgrp() > 0);
	SHOW(getpgid(0) == getpgrp());
	SHOW(getpgid(getpid()) == getpgrp());
	SHOW(getsid(0) >= 0); /* 0 where the session began in another pid namespace */
	SHOW(getpgid(99999999));
	SHOW(getsid(99999999));
	uid_t r, e, s;
	gid_t rg, eg, sg;
	SHOW(getresuid(&r, &e, &s));
	SHOW(r == getuid() && e == geteuid() && s == e);
	SHOW(getresgid(&rg, &eg, &sg));
	SHOW(rg == getgid() && eg == getegid());
	SHOW(setuid(getuid()));
	SHOW(setgid(getgid()));
	SHOW(seteuid(geteuid()));
	SHOW(setreuid(-1, -1));
	SHOW(setresgid(-1, -1, -1));
	int n = getgroups(0, NULL);
	SHOW(n >= 0);
	SHOW(getgroups(-1, NULL));
	/* A leader of a session may do neither; anyone else both. */
	SHOW(setpgid(0, 0) == 0 || getsid(0) == getpid());
	SHOW(getpgrp() == getpid());
	SHOW(setsid());
	SHOW(setpgid(99999999, 0));
	SHOW(setpgid(0, -5));

	struct passwd *p = getpwnam("root");
	SHOW(p != NULL);
	if (p)
		printf("%s %d %d\n", p->pw_name, (int)p->pw_uid, (int)p->pw_gid);
	p = getpwuid(0);
	SHOW(p && strcmp(p->pw_name, "root") == 0);
	errno = 0;
	SHOW(getpwnam("no-such-user") == NULL);
	SHOW(getpwuid(123456789) == NULL);
	struct group *g = getgrgid(0);
	SHOW(g && strcmp(g->gr_name, "root") == 0);
	SHOW(getgrnam("no-such-group") == NULL);
	char buffer[1000], tiny[2];
	struct passwd entry, *found;
	SHOW_ERROR(getpwnam_r("root", &entry, buffer, sizeof(buffer), &found));
	SHOW(found == &entry);
	SHOW_ERROR(getpwnam_r("root", &entry, tiny, sizeof(tiny), &found));
	SHOW(found == NULL);
	setpwent();
	n = 0;
	while (getpwent())
		n++;
	SHOW(n > 0);
	endpwent();
	return 0;
}
