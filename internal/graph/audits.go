package graph

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/auditlogs"

	"github.com/spcheck/spcheck/internal/objects"
)

// logPages bounds what is read of a log; a page has up to logPage entries.
const (
	logPages = 3
	logPage  = 100
)

// Changes lists the entries of the directory audit log since a time in which
// credentials of the object came or went, as Graph orders them, newest first.
func (c *Client) Changes(ctx context.Context, objectID string, since time.Time) ([]objects.Change, error) {
	filter := "activityDateTime ge " + since.UTC().Format(time.RFC3339) +
		" and targetResources/any(t: t/id eq " + quote(objectID) + ")"
	ri, err := auditlogs.NewAuditLogsRequestBuilderInternal(map[string]string{}, c.adapter).DirectoryAudits().
		ToGetRequestInformation(ctx, &auditlogs.DirectoryAuditsRequestBuilderGetRequestConfiguration{
			QueryParameters: &auditlogs.DirectoryAuditsRequestBuilderGetQueryParameters{Filter: &filter, Top: ptr[int32](logPage)},
		})
	if err != nil {
		return nil, errBuild
	}
	var out []objects.Change
	_, err = c.list(ctx, ri, logPages, func(o item) error {
		if ch, ok := change(o, objectID); ok && !ch.Time.Before(since) {
			out = append(out, ch)
		}
		return nil
	})
	if err != nil {
		return nil, need(err, NeedLogs)
	}
	return out, nil
}

// change reads an entry that is about credentials of the object. Each change of
// an application is paired with an empty "Update application", which is not.
func change(o item, objectID string) (objects.Change, bool) {
	at, bad := o.when("activityDateTime")
	if at == nil || bad {
		return objects.Change{}, false
	}
	ch := objects.Change{Time: *at, Activity: activityName(o.text("activityDisplayName")), Actor: actor(o.object("initiatedBy"))}
	for _, target := range o.objects("targetResources") {
		if !equalFold(target.text("id"), objectID) {
			continue
		}
		for _, p := range target.objects("modifiedProperties") {
			if p.text("displayName") == "KeyDescription" {
				before, after := keyIDs(p.text("oldValue")), keyIDs(p.text("newValue"))
				ch.Added = append(ch.Added, without(after, before)...)
				ch.Removed = append(ch.Removed, without(before, after)...)
			}
		}
	}
	return ch, len(ch.Added)+len(ch.Removed) > 0
}

// activityName writes an activity with a plain hyphen. The service itself uses
// an EN DASH, exports a hyphen, and some end in a blank.
func activityName(s string) string {
	return strings.TrimSpace(strings.NewReplacer("\u2013", "-", "\u2014", "-").Replace(s))
}

// keyIDPattern finds the identifiers in a KeyDescription, which is JSON in a
// string, whose elements look like [KeyIdentifier=GUID,KeyType=…,DisplayName=…].
// A name may hold commas and brackets, so that nothing else of it is read.
var keyIDPattern = regexp.MustCompile(`\[KeyIdentifier=([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})`)

func keyIDs(description string) []string {
	var out []string
	for _, m := range keyIDPattern.FindAllStringSubmatch(description, 2000) {
		out = append(out, strings.ToLower(m[1]))
	}
	return out
}

func without(list, other []string) []string {
	var out []string
	for _, v := range list {
		if !slices.Contains(other, v) && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// actor names who made a change: a user by its sign-in name, an application by
// its display name.
func actor(by item) string {
	user, app := by.object("user"), by.object("app")
	for _, name := range []string{
		user.text("userPrincipalName"), user.text("displayName"), user.text("id"),
		app.text("displayName"), app.text("servicePrincipalName"), app.text("appId"), app.text("servicePrincipalId"),
	} {
		if name != "" {
			return name
		}
	}
	return ""
}
