package graphapi

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/graphapi/odata"
)

// auditEntry is an entry of the directory audit log and its position.
type auditEntry struct {
	logged
	directory.Audit
}

func newAudits() *entity[auditEntry] {
	e := &entity[auditEntry]{
		name: "directoryAudit", set: "auditLogs/directoryAudits", isLog: true, sortable: []string{"activityDateTime"},
		items: func(s *scene) []auditEntry {
			log := "audit " + s.tenant.ID
			return newestFirst(s.tenant.Audits, func(i int, a directory.Audit) auditEntry {
				return auditEntry{logged{log, i}, a}
			})
		},
		is: func(a auditEntry, id string) bool { return strings.EqualFold(a.id(), id) },
	}
	e.of("id", func(a auditEntry) any { return a.id() }).by(odata.String, "eq", "")
	e.fixed("ApplicationManagement", "category").by(odata.String, "eq", "")
	e.of("correlationId", func(a auditEntry) any { return directory.StableID("correlation " + a.id()) })
	e.fixed("success", "result")
	e.fixed("", "resultReason")
	e.of("activityDisplayName", func(a auditEntry) any { return a.Activity }).by(odata.String, "eq starts", "")
	e.of("activityDateTime", func(a auditEntry) any { return a.Time }).by(odata.Date, "eq ge le gt lt", "")
	e.fixed("Core Directory", "loggedByService").by(odata.String, "eq", "")
	e.of("operationType", func(a auditEntry) any { return cmp.Or(a.Operation, "Update") })
	e.of("initiatedBy", initiator)
	e.of("targetResources", func(a auditEntry) any { return []object{target(a)} }).byAny(complexType, "", "",
		element("id", odata.String, "eq", ""), element("displayName", odata.String, "eq starts", ""))
	e.of("additionalDetails", details)
	e.filter("initiatedBy/user/id", func(_ *scene, a auditEntry) any { return userOnly(a, a.ActorID) }).by(odata.String, "eq", "")
	e.filter("initiatedBy/user/userPrincipalName", func(_ *scene, a auditEntry) any { return userOnly(a, a.Actor) }).by(odata.String, "eq starts", "")
	e.filter("initiatedBy/app/appId", func(_ *scene, a auditEntry) any { return orNull(a.ActorAppID) }).by(odata.String, "eq", "")
	return e
}

// initiator returns who made the change: an application, or else a user.
func initiator(a auditEntry) any {
	if a.ActorAppID != "" {
		return object{{"user", nil}, {"app", object{
			{"appId", a.ActorAppID}, {"displayName", orNull(a.Actor)}, {"servicePrincipalId", orNull(a.ActorID)}, {"servicePrincipalName", nil},
		}}}
	}
	return object{{"user", object{
		{"id", orNull(a.ActorID)}, {"displayName", nil}, {"userPrincipalName", orNull(a.Actor)}, {"ipAddress", a.IPAddress},
	}}, {"app", nil}}
}

// userOnly returns a value that only changes by users have.
func userOnly(a auditEntry, value string) any {
	if a.ActorAppID != "" {
		return nil
	}
	return orNull(value)
}

// details returns the caller's user agent and the changed application's ID, where they
// are known.
func details(a auditEntry) any {
	out := []object{}
	for _, d := range [][2]string{{"User-Agent", a.Client}, {"AppId", a.AppID}} {
		if d[1] != "" {
			out = append(out, object{{"key", d[0]}, {"value", d[1]}})
		}
	}
	return out
}

// target returns the changed object. As in the log, its changes are JSON inside a string.
// Source: a recording of 2026.
func target(a auditEntry) object {
	kind := "Application"
	if strings.Contains(a.Activity, "service principal") {
		kind = "ServicePrincipal"
	}
	changes := []object{}
	if before, after := describedKeys(a); len(before)+len(after) > 0 {
		changes = append(changes,
			object{{"displayName", "KeyDescription"}, {"oldValue", inString(before)}, {"newValue", inString(after)}},
			object{{"displayName", "Included Updated Properties"}, {"oldValue", nil}, {"newValue", `"KeyDescription"`}})
	}
	return object{
		{"id", a.TargetID}, {"displayName", orNull(a.TargetName)}, {"type", kind}, {"userPrincipalName", nil},
		{"groupType", nil}, {"modifiedProperties", changes},
	}
}

// describedKeys returns the object's keys before and after a change. Source: detection
// rules for this log, which compare the two.
func describedKeys(a auditEntry) (before, after []string) {
	if a.KeyID == "" || a.Before != nil || a.After != nil {
		return a.Before, a.After
	}
	key := []string{keyDescription(a.KeyID, cmp.Or(a.KeyType, "Password"), "Verify", a.KeyName)}
	if a.Added {
		return nil, key
	}
	return key, nil
}

func keyDescription(id, kind, usage, name string) string {
	return fmt.Sprintf("[KeyIdentifier=%s,KeyType=%s,KeyUsage=%s,DisplayName=%s]", id, kind, usage, name)
}

// keyDescriptions describes all keys of an object.
func keyDescriptions(o *directory.Object) []string {
	out := []string{}
	for _, p := range o.Listed() {
		out = append(out, keyDescription(p.KeyID, "Password", "Verify", p.DisplayName))
	}
	for _, k := range o.Keys {
		out = append(out, keyDescription(k.KeyID, k.Type, k.Usage, k.DisplayName))
	}
	return out
}

func inString(keys []string) string {
	if keys == nil {
		keys = []string{}
	}
	return string(appendJSON(nil, keys))
}

// auditKeys logs a change of an object's credentials, and after it the update without
// details that the service logs, too. Source: a recording of 2026.
func (s *scene) auditKeys(h holder, before []string) {
	after := keyDescriptions(h.Object)
	if slices.Equal(before, after) {
		return
	}
	entry := s.entry(h.added, h.Object)
	entry.Before, entry.After = before, after
	if len(after) < len(before) {
		entry.Activity = h.removed
	}
	s.tenant.Audits = append(s.tenant.Audits, entry, s.entry(auditUpdate[h.kind], h.Object))
}

// auditUpdate is the log's name for a change of an object. This name and those in the
// handlers are from Microsoft's reference of audit activities.
var auditUpdate = map[directory.Kind]string{
	directory.Applications: "Update application", directory.ServicePrincipals: "Update service principal",
}

// audit logs what happened to an object. The types of operation are not verified.
func (s *scene) audit(activity, operation string, o *directory.Object) {
	entry := s.entry(activity, o)
	entry.Operation = operation
	s.tenant.Audits = append(s.tenant.Audits, entry)
}

// entry returns an audit entry about the caller. The log has the IP address of users
// only.
func (s *scene) entry(activity string, o *directory.Object) directory.Audit {
	a := directory.Audit{
		Time: s.now, Activity: activity, TargetID: o.ID, TargetName: o.DisplayName, AppID: o.AppID,
		ActorAppID: s.caller.AppID, ActorID: s.caller.ServicePrincipalID, Client: s.header.Get("User-Agent"),
	}
	if s.caller.User {
		a.ActorAppID, a.ActorID = "", s.caller.UserID
		a.IPAddress, _, _ = net.SplitHostPort(s.http.RemoteAddr)
		if u := s.tenant.User(s.caller.UserID); u != nil {
			a.Actor = u.UserPrincipalName
		}
	} else if p := s.tenant.ServicePrincipal(s.caller.ServicePrincipalID); p != nil {
		a.Actor = p.DisplayName
	}
	return a
}
