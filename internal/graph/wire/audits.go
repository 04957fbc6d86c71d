package wire

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/objects"
)

// Change reads an entry that is about credentials of the object. Each change of
// an application is paired with an empty "Update application", which is not.
func Change(o Item, objectID string) (objects.Change, bool) {
	at, bad := o.When("activityDateTime")
	if at == nil || bad {
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

// Changes reads an entry that is about credentials, of whichever objects.
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
		for _, d := range o.Objects("additionalDetails") {
			if d.Text("key") == "User-Agent" {
				ch.Client = d.Text("value")
			}
		}
		all = append(all, ch)
	}
	return all
}

// activityName writes an activity with a plain hyphen. The service itself uses
// an EN DASH, exports a hyphen, and some end in a blank.
func activityName(s string) string {
	return strings.TrimSpace(strings.NewReplacer("\u2013", "-", "\u2014", "-").Replace(s))
}

// keyPattern finds the identifiers in a KeyDescription, which is JSON in a
// string, whose elements look like [KeyIdentifier=GUID,KeyType=…,DisplayName=…].
// A name may hold commas and brackets, so that nothing else of it is read.
var keyPattern = lazyregexp.New(`\[KeyIdentifier=([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?:,\s*KeyType=(\w{1,40}))?`)

func keys(description string) []objects.ChangedKey {
	kinds := map[string]string{"Password": objects.Password, "AsymmetricX509Cert": objects.Certificate}
	var out []objects.ChangedKey
	for _, m := range keyPattern().FindAllStringSubmatch(description, 2000) {
		out = append(out, objects.ChangedKey{ID: strings.ToLower(m[1]), Kind: kinds[m[2]]})
	}
	return out
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

// actor names who made a change: a user by its sign-in name, an application by
// its display name.
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

// BySecret reports whether an entry of the sign-in log may be one by a client secret:
// certificates and federated tokens are named as such.
func BySecret(o Item) bool {
	kind := o.Text("clientCredentialType")
	return kind == "" || EqualFold(kind, "clientSecret") || EqualFold(kind, "none") || EqualFold(kind, "unknownFutureValue")
}

// SignInEntry reads an entry of the sign-in log that is about the client ID.
func SignInEntry(o Item, appID string) (objects.SignInEntry, bool) {
	at, _ := o.When("createdDateTime")
	if at == nil || !EqualFold(o.Text("appId"), appID) {
		return objects.SignInEntry{}, false
	}
	status := o.Object("status")
	e := objects.SignInEntry{
		Time: *at, ErrorCode: status.digits("errorCode"), FailureReason: status.Text("failureReason"),
		KeyID: o.GUID("servicePrincipalCredentialKeyId"), IPAddress: o.Text("ipAddress"), Resource: o.Text("resourceDisplayName"),
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
