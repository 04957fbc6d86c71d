package graphapi

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// auditEntry is an entry of the directory audit log with its place in it.
type auditEntry struct {
	logged
	directory.Audit
}

func audits(s *scene) []auditEntry {
	log := "audit " + s.tenant.ID
	return newestFirst(s.tenant.Audits, func(i int, a directory.Audit) auditEntry {
		return auditEntry{logged{log, i}, a}
	})
}

func listAudits(s *scene) (*response, error) {
	return listing[auditEntry]{
		items: audits(s), entity: s.srv.types.audit, context: "auditLogs/directoryAudits", cost: 1, defaultPage: logPage, maxPage: logPage,
	}.answer(s)
}

func getAudit(s *scene) (*response, error) {
	for _, a := range audits(s) {
		if strings.EqualFold(a.id(), s.keys[0].text) {
			return one(s, s.srv.types.audit, a, "auditLogs/directoryAudits")
		}
	}
	return nil, notFound(s.keys[0].text)
}

func auditType() *entity[auditEntry] {
	one := func(name string, get func(auditEntry) any) []property[auditEntry] {
		return []property[auditEntry]{{name: name, get: func(_ *scene, a auditEntry) any { return get(a) }}}
	}
	fixed := func(name string, value any) []property[auditEntry] { return constant[auditEntry](value, false, name) }
	return &entity[auditEntry]{
		name:     "directoryAudit",
		sortable: []string{"activityDateTime"},
		filters:  auditFilters(),
		properties: join(
			one("id", func(a auditEntry) any { return a.id() }),
			fixed("category", "ApplicationManagement"),
			one("correlationId", func(a auditEntry) any { return directory.StableID("correlation " + a.id()) }),
			fixed("result", "success"), fixed("resultReason", ""),
			one("activityDisplayName", func(a auditEntry) any { return a.Activity }),
			one("activityDateTime", func(a auditEntry) any { return a.Time }),
			fixed("loggedByService", "Core Directory"), one("operationType", func(a auditEntry) any { return cmp.Or(a.Operation, "Update") }),
			one("initiatedBy", initiator),
			one("targetResources", func(a auditEntry) any { return []object{target(a)} }),
			one("additionalDetails", details),
		),
	}
}

// initiator is an app where one is named, else a user.
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

// userOnly is a value of an entry that a user made.
func userOnly(a auditEntry, value string) any {
	if a.ActorAppID != "" {
		return nil
	}
	return orNull(value)
}

// details name the program of the caller and the changed application, where they are
// known.
func details(a auditEntry) any {
	out := []object{}
	for _, d := range [][2]string{{"User-Agent", a.Client}, {"AppId", a.AppID}} {
		if d[1] != "" {
			out = append(out, object{{"key", d[0]}, {"value", d[1]}})
		}
	}
	return out
}

// target describes the change as JSON inside a string, as the log does. Source:
// a recording of 2026.
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

// describedKeys are the keys of the object before and after a change. Source: detection
// rules for this log, which look for what is in the one and not in the other.
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

// keyDescriptions are those of all keys that an object holds.
func keyDescriptions(c *directory.Credentials) []string {
	out := []string{}
	for _, p := range c.Listed() {
		out = append(out, keyDescription(p.KeyID, "Password", "Verify", p.DisplayName))
	}
	for _, k := range c.Keys {
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

func auditFilters() []filterable[auditEntry] {
	return []filterable[auditEntry]{
		{path: "id", basic: opEq, get: func(_ *scene, a auditEntry) any { return a.id() }},
		{path: "activityDisplayName", basic: opEq | opStarts, get: func(_ *scene, a auditEntry) any { return a.Activity }},
		{path: "activityDateTime", kind: date, basic: opEq | opGe | opLe | opGtLt, get: func(_ *scene, a auditEntry) any { return a.Time }},
		{path: "initiatedBy/user/id", basic: opEq, get: func(_ *scene, a auditEntry) any { return userOnly(a, a.ActorID) }},
		{path: "initiatedBy/user/userPrincipalName", basic: opEq | opStarts, get: func(_ *scene, a auditEntry) any { return userOnly(a, a.Actor) }},
		{path: "category", basic: opEq, get: func(*scene, auditEntry) any { return "ApplicationManagement" }},
		{path: "loggedByService", basic: opEq, get: func(*scene, auditEntry) any { return "Core Directory" }},
		{path: "initiatedBy/app/appId", basic: opEq, get: func(_ *scene, a auditEntry) any { return orNull(a.ActorAppID) }},
		{path: "targetResources", kind: complexType, collection: true,
			get: func(_ *scene, a auditEntry) any { return []object{target(a)} },
			elements: []filterable[object]{
				{path: "id", basic: opEq, get: member("id")},
				{path: "displayName", basic: opEq | opStarts, get: member("displayName")},
			}},
	}
}
