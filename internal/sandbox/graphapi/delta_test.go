package graphapi

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// aTick is longer than the delay of the replicas.
func (s *sandbox) aTick(d time.Duration) {
	s.world.Lock()
	defer s.world.Unlock()
	at := s.world.Clock().Add(d)
	s.world.Clock = func() time.Time { return at }
}

// walk follows a round to its delta link, and returns all its objects.
func (s *sandbox) walk(path string, options ...option) (objects []map[string]any, link string) {
	s.t.Helper()
	for range 50 {
		a := s.get(path, options...)
		a.want(s.t, 200, "")
		objects = append(objects, a.values()...)
		next, _ := a.json["@odata.nextLink"].(string)
		link, _ = a.json["@odata.deltaLink"].(string)
		if (next == "") == (link == "") {
			s.t.Fatalf("a page has both links or none: %s", a.raw)
		}
		if link != "" {
			return objects, link
		}
		path = next
	}
	s.t.Fatal("a round without an end")
	return nil, ""
}

func namesIn(objects []map[string]any) string {
	var names []string
	for _, o := range objects {
		name, _ := o["displayName"].(string)
		if removed, ok := o["@removed"].(map[string]any); ok {
			name = "-" + removed["reason"].(string)
		}
		names = append(names, name)
	}
	return strings.Join(names, ",")
}

const deltaOfNames = "/v1.0/applications/delta?$select=displayName,passwordCredentials,notes"

func TestDeltaTellsWhatChanged(t *testing.T) {
	s := start(t, func(tenant *directory.Tenant) { tenant.Delta.Page = 1 })
	all, link := s.walk(deltaOfNames)
	if got := namesIn(all); got != "MailBridge,O'Hara & Söhne + 50%" {
		t.Fatalf("the first round has %q", got)
	}
	if _, ok := all[0]["notes"]; ok || all[0]["id"] == nil {
		t.Errorf("a property that was never set is there, or the ID is not: %v", all[0])
	}
	if strings.Contains(link, "select") {
		t.Errorf("the link names the selection beside the token: %s", link)
	}
	if none, _ := s.walk(link); len(none) != 0 {
		t.Errorf("without a change there are %v", none)
	}
	s.do("POST", "all", "/v1.0/applications/"+appObject+"/addPassword", "{}").want(t, 200, "")
	s.do("PATCH", "all", "/v1.0/applications/"+appObject, `{"identifierUris":["api://x"]}`).want(t, 204, "")
	changed, after := s.walk(link)
	if got := namesIn(changed); got != "MailBridge" {
		t.Errorf("after addPassword the delta has %q, want MailBridge", got)
	}
	if n := len(changed[0]["passwordCredentials"].([]any)); n != 2 {
		t.Errorf("the changed object has %d passwords, want both", n)
	}
	minimal, _ := s.walk(link, header("Prefer", "return=minimal"))
	if _, ok := minimal[0]["displayName"]; ok || len(minimal) != 1 {
		t.Errorf("a minimal answer has more than what changed: %v", minimal)
	}
	s.do("PATCH", "all", "/v1.0/applications/"+appObject, `{"identifierUris":["api://y"]}`).want(t, 204, "")
	if untracked, _ := s.walk(after); len(untracked) != 0 {
		t.Errorf("a change of a property that was not selected shows: %v", untracked)
	}
	s.get("/v1.0/servicePrincipals/microsoft.graph.delta()").want(t, 200, "")
}

func TestDeltaTellsWhatWasRemoved(t *testing.T) {
	s := start(t, nil)
	_, link := s.walk(deltaOfNames)
	_, principals := s.walk("/v1.0/servicePrincipals/delta?$deltatoken=latest")
	s.do("DELETE", "all", "/v1.0/applications/"+appObject, "").want(t, 204, "")
	removed, after := s.walk(link)
	if got := namesIn(removed); got != "-changed" || removed[0]["id"] != appObject {
		t.Errorf("after the deletion the delta has %v", removed)
	}
	if got, _ := s.walk(principals); namesIn(got) != "-changed" {
		t.Errorf("the service principal went with its application; the delta has %v", got)
	}
	s.do("POST", "all", "/v1.0/directory/deletedItems/"+appObject+"/restore", "").want(t, 200, "")
	if got := s.get("/v1.0/directory/deletedItems/microsoft.graph.servicePrincipal").values(); len(got) != 1 || got[0]["deletedDateTime"] == nil {
		t.Errorf("the service principal came back with its application, or is not listed: %v", got)
	}
	back, after := s.walk(after)
	if got := namesIn(back); got != "MailBridge" {
		t.Errorf("after the restoration the delta has %q", got)
	}
	s.do("DELETE", "all", "/v1.0/applications/"+appObject, "").want(t, 204, "")
	s.do("DELETE", "all", "/v1.0/directory/deletedItems/"+appObject, "").want(t, 204, "")
	if gone, _ := s.walk(after); namesIn(gone) != "-deleted" {
		t.Errorf("after the purge the delta has %v", gone)
	}
	created := s.do("POST", "all", "/v1.0/applications", `{"displayName":"New"}`)
	created.want(t, 201, "")
	if born, _ := s.walk(after); !strings.Contains(namesIn(born), "New") {
		t.Errorf("the new application is not in the delta: %v", born)
	}
}

// Deleting an object between two pages must not hide the one that takes its place.
func TestDeltaPagesOverADeletion(t *testing.T) {
	s := start(t, func(tenant *directory.Tenant) { tenant.Delta.Page = 1 })
	first := s.get(deltaOfNames)
	next, _ := first.json["@odata.nextLink"].(string)
	s.do("DELETE", "all", "/v1.0/applications/"+appObject, "").want(t, 204, "")
	rest, link := s.walk(next)
	if got := namesIn(rest); got != "O'Hara & Söhne + 50%" {
		t.Errorf("the rest of the round has %q", got)
	}
	if removed, _ := s.walk(link); namesIn(removed) != "-changed" {
		t.Errorf("the round after it does not tell the deletion: %v", removed)
	}
}

func TestDeltaRefuses(t *testing.T) {
	s := start(t, func(tenant *directory.Tenant) { tenant.Delta.Page = 1 })
	next, _ := s.get(deltaOfNames).json["@odata.nextLink"].(string)
	_, link := s.walk(next)
	const delta = "/v1.0/applications/delta?"
	for _, path := range []string{delta + "$top=1", delta + "$expand=owners", delta + "$orderby=displayName", delta + "$count=true", delta + filter("displayName eq 'x'"), link + "&$select=id", next + "&$select=displayName"} {
		s.get(path).want(t, 400, "Request_UnsupportedQuery")
	}
	s.get(link+"&$select=notes,passwordCredentials,displayName").want(t, 200, "")
	s.get(delta+"$select=nonsense").want(t, 400, "BadRequest")
	s.get(delta+"$deltatoken=nonsense!").want(t, 400, "Request_BadRequest")
	s.get(delta+"$deltatoken="+strings.Repeat("A", 80)).want(t, 410, "resyncRequired")
	s.get(strings.Replace(link, "/applications/", "/servicePrincipals/", 1)).want(t, 410, "resyncRequired")
	s.do("GET", "none", delta, "").want(t, 403, "Authorization_RequestDenied")
	s.do("GET", "reader", delta, "").want(t, 200, "")
	s.do("GET", "owned", delta, "").want(t, 200, "")
	one, _ := s.walk(delta + filter("id eq '"+appObject+"'"))
	if got := namesIn(one); got != "MailBridge" {
		t.Errorf("the filter by ID finds %q", got)
	}
}

func TestDeltaTokensExpire(t *testing.T) {
	s := start(t, nil)
	_, link := s.walk(deltaOfNames)
	s.aTick(directory.DeltaLifetime + time.Second)
	for expired, want := range map[string]string{
		"": "resyncRequired", directory.ResyncRequired: "Directory_ResyncRequired",
		directory.ResyncNoState: "syncStateNotFound", directory.ResyncTooOld: "Request_UnsupportedQuery",
	} {
		s.world.Tenants[0].Delta.Expired = expired
		status := http.StatusBadRequest
		if expired == "" {
			status = http.StatusGone
		}
		a := s.get(link)
		a.want(t, status, want)
		if location := a.Header.Get("Location"); location != "" {
			if !strings.HasSuffix(location, "/v1.0/applications/delta?$deltatoken=") {
				t.Errorf("the location is %s", location)
			}
			s.get(location).want(t, 200, "")
		}
	}
}

func TestDeltaLags(t *testing.T) {
	s := start(t, func(t *directory.Tenant) { t.ListDelay = time.Minute })
	_, link := s.walk("/v1.0/applications/delta?$deltatoken=latest&$select=displayName,passwordCredentials")
	s.do("POST", "all", "/v1.0/applications/"+appObject+"/addPassword", "{}").want(t, 200, "")
	early, link := s.walk(link)
	if len(early) != 0 {
		t.Errorf("the replica has heard of the password: %v", early)
	}
	s.aTick(2 * time.Minute)
	if late, _ := s.walk(link); namesIn(late) != "MailBridge" {
		t.Errorf("the password never shows: %v", late)
	}
}

func TestDeltaByTheTenantsRules(t *testing.T) {
	s := start(t, nil)
	rules := &s.world.Tenants[0].Delta
	_, link := s.walk(deltaOfNames)
	s.do("POST", "all", "/v1.0/applications/"+appObject+"/addPassword", "{}").want(t, 200, "")
	s.do("PATCH", "all", "/v1.0/applications/"+appObject, `{"displayName":"Renamed"}`).want(t, 204, "")

	*rules = directory.DeltaRules{Repeats: true, EmptyPages: 2, Page: 1, Minimal: true}
	twice, after := s.walk(link)
	if got := namesIn(twice); got != "Renamed," {
		t.Errorf("each change for itself, the newest first, and no more than it: %v", twice)
	}
	if replayed, _ := s.walk(after); len(replayed) != 2 {
		t.Errorf("the round is not repeated: %v", replayed)
	}
	*rules = directory.DeltaRules{Misses: []string{"passwordCredentials", "displayName"}}
	if missed, _ := s.walk(link); len(missed) != 0 {
		t.Errorf("what is missed shows: %v", missed)
	}
	s.do("POST", "all", "/v1.0/applications", `{"displayName":"New"}`).want(t, 201, "")
	*rules = directory.DeltaRules{Misses: []string{directory.MissNew}}
	if missed, _ := s.walk(link); namesIn(missed) != "Renamed" {
		t.Errorf("the new object that is missed shows: %v", missed)
	}
	s.do("DELETE", "all", "/v1.0/applications/"+appObject, "").want(t, 204, "")
	s.do("POST", "all", "/v1.0/directory/deletedItems/"+appObject+"/restore", "").want(t, 200, "")
	*rules = directory.DeltaRules{Contradicts: true}
	if both, _ := s.walk(link); !strings.HasPrefix(namesIn(both), "Renamed,-changed,") {
		t.Errorf("the removal before the return is not told: %v", both)
	}
	*rules = directory.DeltaRules{Links: "https://evil.example"}
	if _, foreign := s.walk(link); !strings.HasPrefix(foreign, "https://evil.example/v1.0/applications/delta?") {
		t.Errorf("the link is %s", foreign)
	}
	*rules = directory.DeltaRules{Unsupported: true}
	s.get(link).want(t, 400, "Request_UnsupportedQuery")
}
