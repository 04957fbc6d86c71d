package scan

import (
	"cmp"
	"slices"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/objects"
)

// unread are the objects of a listing with credentials that Graph left out, or whose dates
// are malformed.
type unread struct {
	objects idSet
	// apps are their application IDs: an application may have a credential that nobody read.
	apps idSet
	// named are the first of them, with name and object ID.
	named []msg.Text
}

// maxUnread is how many unread objects are named.
const maxUnread = 3

// note adds an object if not all of its credentials could be read. An excluded object is
// only unread as far as findings about others are concerned.
func (u *unread) note(t *tenantScan, o *objects.Listed) {
	malformed := slices.ContainsFunc(o.Credentials, func(c objects.ListedCredential) bool { return c.Malformed })
	if !o.Unread && !malformed {
		return
	}
	u.apps.add(o.AppID)
	if t.options.excludes("", t.names, &record{object: *o}, t.now) != "" {
		return
	}
	u.objects.add(o.ID)
	if len(u.named) < maxUnread {
		u.named = append(u.named, msg.New("%q (%s)", neutral.Bound(cmp.Or(o.DisplayName, o.AppID), 60), o.ID))
	}
}

// unreadText names the objects whose credentials could not be read, or is zero if there are
// none. An object may be in a listing of passwords and in one of certificates.
func (t *tenantScan) unreadText() msg.Text {
	var all idSet
	var names []msg.Text
	n := 0
	for i := range t.main {
		u := &t.main[i].unread
		for id := range u.objects.all() {
			if all.add(id) {
				n++
			}
		}
		for _, name := range u.named {
			if same := func(m msg.Text) bool { return m.String() == name.String() }; !slices.ContainsFunc(names, same) {
				names = append(names, name)
			}
		}
	}
	if n == 0 {
		return msg.Text{}
	}
	list := msg.Join(names[:min(maxUnread, len(names))], ", ")
	if n > maxUnread {
		list = msg.New("%s, …", list)
	}
	return msg.New("the credentials of %d objects could not be read, because Microsoft Graph left them out or sent malformed dates: %s; read one again with spcheck list-secrets --sp and its ID", n, list)
}
