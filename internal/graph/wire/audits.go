package wire

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/objects"
)

// Change reads an entry about credentials of the object. Every change of an application
// comes with a second, empty entry "Update application", which is skipped. So are
// failed attempts, which changed nothing.
func Change(o Item, objectID string) (objects.Change, bool) {
	at, bad := o.When("activityDateTime")
	if at == nil || bad || EqualFold(o.Text("result"), "failure") {
		return objects.Change{}, false
	}
	ch := objects.Change{Time: *at, Activity: activityName(o.Text("activityDisplayName")), Actor: actor(o.Object("initiatedBy"))}
	for _, target := range o.Objects("targetResources") {
		if !EqualFold(target.Text("id"), objectID) {
			continue
		}
		for _, p := range target.Objects("modifiedProperties") {
			if p.Text("displayName") == "KeyDescription" {
				before, after := keys(p.Text("oldValue")), keys(p.Text("newValue"))
				ch.Added = append(ch.Added, without(after, before)...)
				ch.Removed = append(ch.Removed, without(before, after)...)
			}
		}
	}
	return ch, len(ch.Added)+len(ch.Removed) > 0
}

// Changes reads an entry about credentials, with one change per object.
func Changes(o Item) []objects.Change {
	var all []objects.Change
	by := o.Object("initiatedBy")
	user, app := by.Object("user"), by.Object("app")
	for _, target := range o.Objects("targetResources") {
		ch, ok := Change(o, target.Text("id"))
		if !ok {
			continue
		}
		ch.ObjectID, ch.ByAppID, ch.ByPrincipal, ch.IPAddress = target.GUID("id"), app.GUID("appId"), app.GUID("servicePrincipalId"), user.Text("ipAddress")
		ch.ObjectName, ch.ObjectKind = target.Text("displayName"), targetKinds[strings.ToLower(target.Text("type"))]
		if ch.IPAddress == "" { // undocumented, but sometimes present
			ch.IPAddress = app.Text("ipAddress")
		}
		if actor(Item{"user": by["user"]}) != "" {
			ch.Through = actor(Item{"app": by["app"]})
		}
		for _, d := range o.Objects("additionalDetails") {
			switch d.Text("key") {
			case "User-Agent":
				ch.Client = d.Text("value")
			case "AppId":
				ch.AppID = d.GUID("value")
			}
		}
		all = append(all, ch)
	}
	return all
}

// targetKinds maps the type of a target to the kind of object.
var targetKinds = map[string]string{"application": objects.OnApplication, "serviceprincipal": objects.OnServicePrincipal}

// activityName normalises the hyphen in an activity's name. Entra uses an EN DASH,
// exports use a hyphen, and some names end in a blank.
func activityName(s string) string {
	return strings.TrimSpace(strings.NewReplacer("\u2013", "-", "\u2014", "-").Replace(s))
}

// keyPattern matches one key of a KeyDescription. That is a JSON list in a string, with
// texts like [KeyIdentifier=GUID,KeyType=…,KeyUsage=…,DisplayName=…]. The name is
// chosen freely and may contain commas and brackets. The key ID is therefore matched
// only at the start, and the name is all of the rest.
var keyPattern = lazyregexp.New(`^\[KeyIdentifier=([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?:,\s*KeyType=(\w{1,40}))?(?:,\s*KeyUsage=\w{1,40})?(?:,\s*DisplayName=(.*)\])?`)

// maxKeys limits the keys that are read from one entry. An object has far fewer.
const maxKeys = 2000

func keys(description string) []objects.ChangedKey {
	kinds := map[string]string{"Password": objects.Password, "AsymmetricX509Cert": objects.Certificate}
	var out []objects.ChangedKey
	for _, one := range keyTexts(description) {
		if m := keyPattern().FindStringSubmatch(one); m != nil && len(out) < maxKeys {
			out = append(out, objects.ChangedKey{ID: strings.ToLower(m[1]), Kind: kinds[m[2]], Name: m[3]})
		}
	}
	return out
}

// keyTexts returns the elements of the list. Some exports wrap the list in a second
// string.
func keyTexts(description string) []string {
	for range 2 {
		var list []string
		if json.Unmarshal([]byte(description), &list) == nil {
			return list
		}
		var inner string
		if json.Unmarshal([]byte(description), &inner) != nil {
			return nil
		}
		description = inner
	}
	return nil
}

func without(list, other []objects.ChangedKey) []objects.ChangedKey {
	var out []objects.ChangedKey
	for _, v := range list {
		same := func(k objects.ChangedKey) bool { return k.ID == v.ID }
		if !slices.ContainsFunc(other, same) && !slices.ContainsFunc(out, same) {
			out = append(out, v)
		}
	}
	return out
}

// actor names who made a change: a user by sign-in name, an application by display
// name.
func actor(by Item) string {
	user, app := by.Object("user"), by.Object("app")
	for _, name := range []string{
		user.Text("userPrincipalName"), user.Text("displayName"), user.Text("id"),
		app.Text("displayName"), app.Text("servicePrincipalName"), app.Text("appId"), app.Text("servicePrincipalId"),
	} {
		if name != "" {
			return name
		}
	}
	return ""
}

// BySecret reports whether a sign-in log entry may be from a client secret. Entries of
// certificates and federated tokens name them.
func BySecret(o Item) bool {
	kind := o.Text("clientCredentialType")
	return kind == "" || EqualFold(kind, "clientSecret") || EqualFold(kind, "none") || EqualFold(kind, "unknownFutureValue")
}

// SignInEntry reads an entry of the sign-in log for the client ID.
func SignInEntry(o Item, appID string) (objects.SignInEntry, bool) {
	at, _ := o.When("createdDateTime")
	if at == nil || !EqualFold(o.Text("appId"), appID) {
		return objects.SignInEntry{}, false
	}
	status := o.Object("status")
	e := objects.SignInEntry{
		Time: *at, ErrorCode: status.digits("errorCode"), FailureReason: status.Text("failureReason"),
		KeyID: o.GUID("servicePrincipalCredentialKeyId"), FederatedID: o.GUID("federatedCredentialId"), IPAddress: o.Text("ipAddress"), Resource: o.Text("resourceDisplayName"),
	}
	if e.Resource == "" {
		e.Resource = o.GUID("resourceId")
	}
	for _, p := range o.Objects("appliedConditionalAccessPolicies") {
		if strings.EqualFold(p.Text("result"), "failure") {
			e.Blocking = append(e.Blocking, objects.AppliedPolicy{ID: p.GUID("id"), Name: p.Text("displayName"), Conditions: p.Text("conditionsSatisfied")})
		}
	}
	return e, true
}
