package scenario

import (
	"fmt"
	"slices"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// noted is a credential in the logs.
type noted struct{ id, name, keyType, kind string }

// logEntries are the kinds of log entries in a file.
var logEntries = []string{"added", "removed", "used", "refused"}

func checkLog(list []logged) error {
	for i, e := range list {
		if !slices.Contains(logEntries, e.Entry) {
			return fmt.Errorf("log %d: entry %q is none of added, removed, used and refused", i+1, e.Entry)
		}
	}
	return nil
}

// log queues log entries about a credential.
func (b *builder) log(t *directory.Tenant, at place, c noted, list []logged) {
	for _, e := range list {
		b.entries = append(b.entries, func() {
			if e.Entry == "added" || e.Entry == "removed" {
				t.Audits = append(t.Audits, b.logChange(t, at, c, e))
				return
			}
			t.SignIns = append(t.SignIns, b.logSignIn(at, c, e))
		})
	}
}

// writeLogs adds the queued entries and sorts both logs by time.
func (b *builder) writeLogs(t *directory.Tenant) {
	for _, write := range b.entries {
		write()
	}
	b.entries = nil
	slices.SortStableFunc(t.Audits, func(a, b directory.Audit) int { return a.Time.Compare(b.Time) })
	slices.SortStableFunc(t.SignIns, func(a, b directory.SignIn) int { return a.Time.Compare(b.Time) })
}

func (b *builder) logChange(t *directory.Tenant, at place, c noted, e logged) directory.Audit {
	onPrincipal := directory.AuditRemoved
	if e.Entry == "added" {
		onPrincipal = directory.AuditAdded
	}
	a := directory.Audit{
		Time: e.At.at(b.now, b.now), Activity: at.activity(onPrincipal), TargetID: at.ID, TargetName: at.DisplayName, AppID: at.AppID,
		KeyID: c.id, KeyName: c.name, KeyType: c.keyType, Added: e.Entry == "added", Actor: e.By, IPAddress: e.From, Client: e.With,
	}
	if i := slices.IndexFunc(t.ServicePrincipals, func(p *directory.ServicePrincipal) bool { return p.DisplayName == e.By }); i >= 0 {
		a.ActorAppID, a.ActorID, a.IPAddress = t.ServicePrincipals[i].AppID, t.ServicePrincipals[i].ID, ""
	}
	return a
}

func (b *builder) logSignIn(at place, c noted, e logged) directory.SignIn {
	in := directory.SignIn{
		Time: e.At.at(b.now, b.now), AppID: at.AppID, ServicePrincipalID: at.servicePrincipalID, KeyID: c.id, CredentialType: c.kind, Origin: at.origin,
		IPAddress: e.From, Resource: e.To, ErrorCode: e.Code, Token: b.id("", "token", c.id)[:22],
	}
	if e.Entry == "refused" {
		in.Token = ""
	}
	return in
}
