package graph

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/objects"
)

// scanned collects the names of what a scan visits.
type scanned struct {
	names    []string
	count    int
	restarts int
}

func (s *scanned) scan(kind string, part objects.Part) scanning {
	return scanning{
		Kind: kind, Part: part,
		Object:  func(o *objects.Listed) error { s.names = append(s.names, o.DisplayName); return nil },
		Page:    func(p objects.Page) { s.count += p.Objects },
		Restart: func() { s.restarts++; s.names, s.count = nil, 0 },
	}
}

// listed is an object with a password, as Graph sends it.
func listed(name string) map[string]any {
	return map[string]any{"id": "0A5B8C1D-0000-4000-8000-00000000000" + name, "appId": "a-" + name, "displayName": name,
		"passwordCredentials": []any{map[string]any{"keyId": "k-" + name, "endDateTime": "2031-05-06T07:08:09.1234567Z", "secretText": nil}}}
}

// pages answers with three pages, and lets a test change an answer.
func pages(t *testing.T, change func(w http.ResponseWriter, r *http.Request, page string, nth int) bool) (*Client, *[]string) {
	t.Helper()
	var mu sync.Mutex
	var asked []string
	var self string
	times := map[string]int{}
	c, s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		page := r.URL.Query().Get("$skiptoken")
		mu.Lock()
		times[page]++
		nth := times[page]
		asked = append(asked, page)
		mu.Unlock()
		if change != nil && change(w, r, page, nth) {
			return
		}
		next := map[string]string{"": "2", "2": "3"}[page]
		body := map[string]any{"value": []any{listed("1" + page), map[string]any{"id": "bare", "displayName": "no credentials", "passwordCredentials": []any{}}}}
		if next != "" {
			body["@odata.nextLink"] = self + "/v1.0/applications?$skiptoken=" + next
		}
		answer(w, 200, body)
	})
	self = s.URL
	return c, &asked
}

func TestScanFollowsEveryPage(t *testing.T) {
	c, asked := pages(t, nil)
	var got scanned
	if err := c.Scan(t.Context(), got.scan(objects.OnApplication, objects.Passwords)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"1", "12", "13"}, got.names); diff != "" || got.count != 6 {
		t.Errorf("visited %v, counted %d", got.names, got.count)
	}
	if len(*asked) != 3 {
		t.Errorf("asked for %q", *asked)
	}
}

// The next page is requested while the current one is still arriving.
func TestScanReadsAhead(t *testing.T) {
	second := make(chan struct{})
	var self string
	c, s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("$skiptoken") == "2" {
			close(second)
			answer(w, 200, page())
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"@odata.nextLink":"%s/v1.0/applications?$skiptoken=2","value":[%s`, self, strings.Repeat(" ", 2000))
		_ = http.NewResponseController(w).Flush()
		select {
		case <-second: // a scan that waited for this page's end would wait for ever
		case <-r.Context().Done():
		}
		_, _ = fmt.Fprint(w, `]}`)
	})
	self = s.URL
	var got scanned
	if err := c.Scan(t.Context(), got.scan(objects.OnApplication, objects.Passwords)); err != nil {
		t.Fatal(err)
	}
}

func TestScanBeginsAnewWhereTheListingIsForgotten(t *testing.T) {
	c, asked := pages(t, func(w http.ResponseWriter, _ *http.Request, page string, nth int) bool {
		if page != "3" || nth > 1 {
			return false
		}
		answer(w, 400, oops("Directory_ExpiredPageToken", "The specified page token value has expired"))
		return true
	})
	var got scanned
	if err := c.Scan(t.Context(), got.scan(objects.OnApplication, objects.Passwords)); err != nil {
		t.Fatal(err)
	}
	if got.restarts != 1 || len(got.names) != 3 || len(*asked) != 6 {
		t.Errorf("restarts %d, visited %v, asked %q", got.restarts, got.names, *asked)
	}
}

func TestScanGivesUpOnAListingThatIsAlwaysForgotten(t *testing.T) {
	c, asked := pages(t, func(w http.ResponseWriter, _ *http.Request, page string, _ int) bool {
		if page == "2" {
			answer(w, 400, oops("Directory_ExpiredPageToken", "expired"))
		}
		return page == "2"
	})
	var got scanned
	if err := c.Scan(t.Context(), got.scan(objects.OnApplication, objects.Passwords)); err == nil || len(*asked) != 2*(scanRestarts+1) {
		t.Errorf("error %v after %d requests", err, len(*asked))
	}
}

// A link from a retried answer may be unknown. Then the page is requested once more to get
// another link, and its objects are not visited twice.
func TestScanAsksForAFreshLink(t *testing.T) {
	tries := 0
	var self string
	c, s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Query().Get("$skiptoken") {
		case "":
			answer(w, 200, map[string]any{"@odata.nextLink": self + "/v1.0/applications?$skiptoken=2", "value": []any{listed("1")}})
		case "2":
			tries++
			if tries == 1 {
				w.Header().Set("Retry-After", "0.5")
				answer(w, 429, oops("TooManyRequests", "later"))
				return
			}
			link := map[int]string{2: "?$skiptoken=stale", 3: "?$skiptoken=fresh"}[tries]
			answer(w, 200, map[string]any{"@odata.nextLink": self + "/v1.0/applications" + link, "value": []any{listed("2")}})
		case "stale":
			answer(w, 400, oops("DirectoryPageTokenNotFoundException", ""))
		case "fresh":
			answer(w, 200, page(listed("3")))
		}
	})
	self = s.URL
	var got scanned
	if err := c.Scan(t.Context(), got.scan(objects.OnApplication, objects.Passwords)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"1", "2", "3"}, got.names); diff != "" || got.restarts != 0 {
		t.Errorf("restarts %d, visited %v", got.restarts, got.names)
	}
}

func TestScanRefusesLinks(t *testing.T) {
	for name, link := range map[string]string{"a loop": "/v1.0/applications?$skiptoken=2", "another host": "https://graph.evil.example/v1.0/applications"} {
		t.Run(name, func(t *testing.T) {
			foreign := strings.HasPrefix(link, "https")
			var self string
			c, s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				target := self + link
				if foreign {
					target = link
				}
				answer(w, 200, map[string]any{"@odata.nextLink": target, "value": []any{}})
			})
			self = s.URL
			var got scanned
			err := c.Scan(t.Context(), got.scan(objects.OnServicePrincipal, objects.Passwords))
			var n *netfail.Error
			if !errors.As(err, &n) || n.Kind != netfail.WrongAnswer || foreign != (n.Reason == netfail.ForeignLink) {
				t.Errorf("error %v", err)
			}
		})
	}
}

// A malformed item affects neither the page nor other items. A malformed or missing date is
// recorded.
func TestScanKeepsWhatIsReadable(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"value":[null, 7, "x", [], {"id":5,"passwordCredentials":"none"},
			{"id":"A1","displayName":"caf\u00e9 \"x\"","passwordCredentials":[null,{"keyId":{"a":1},"endDateTime":"soon","hint":7},
			{"keyId":"K2","endDateTime":null,"startDateTime":"2026-01-02T03:04:05+01:00","hint":"q1Z","unknown":{"deep":[1,2,{}]},"displayName":"` + "\xff" + `"},
			{"keyId":"K3","startDateTime":"2026-01-02T03:04:05Z"}]}]}`))
	})
	var got []objects.Listed
	err := c.Scan(t.Context(), scanning{Kind: objects.OnApplication, Part: objects.Passwords,
		Object: func(o *objects.Listed) error { got = append(got, *o); return nil }})
	if err != nil || len(got) != 2 || !got[0].Unread {
		t.Fatalf("%v: %+v", err, got)
	}
	o := got[1]
	if o.Unread || o.ID != "a1" || o.DisplayName != `café "x"` || len(o.Credentials) != 3 || !o.Credentials[2].Malformed {
		t.Errorf("%+v", o)
	}
	if bad, good := o.Credentials[0], o.Credentials[1]; !bad.Malformed || bad.KeyID != "" || good.Malformed || good.KeyID != "k2" ||
		!good.End.IsZero() || good.Name != "\ufffd" || good.Start.UTC().Hour() != 2 || good.Hint != "q1Z" {
		t.Errorf("%+v", o.Credentials)
	}
}

// Graph sends every list of an object that it shows. Null is an empty one, except in an object
// of which it shows only the ID.
func TestScanNotesListsThatWereLeftOut(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"value":[{"id":"a1","appId":"1","passwordCredentials":[]},{"id":"a2","keyCredentials":null},
			{"id":"a3","keyCredentials":[]},{"keyCredentials":null,"id":"a4","appId":"4"}]}`))
	})
	var got []string
	err := c.Scan(t.Context(), scanning{Kind: objects.OnApplication, Part: objects.Certificates, Object: func(o *objects.Listed) error {
		if o.Unread {
			got = append(got, o.ID)
		}
		return nil
	}})
	if diff := cmp.Diff([]string{"a1", "a2"}, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestScanReadsAPageAgainThatBrokeOff(t *testing.T) {
	c, asked := pages(t, func(w http.ResponseWriter, _ *http.Request, page string, nth int) bool {
		if page != "2" || nth > 1 {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"value":[{"id":"half`))
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	var got scanned
	if err := c.Scan(t.Context(), got.scan(objects.OnApplication, objects.Passwords)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"1", "12", "13"}, got.names); diff != "" || len(*asked) != 4 {
		t.Errorf("visited %v after %q", got.names, *asked)
	}
}

func TestScanOfCertificates(t *testing.T) {
	for _, supported := range []bool{true, false} {
		var asked []*http.Request
		c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, r.Clone(context.Background()))
			if !supported && r.URL.Query().Has("$filter") {
				answer(w, 400, oops("Request_UnsupportedQuery", "Unsupported Query."))
				return
			}
			// Without $select, Graph sends the object's passwords, too.
			certified := listed("1")
			certified["keyCredentials"] = []any{map[string]any{"keyId": "k", "usage": "Verify"}}
			answer(w, 200, page(certified))
		})
		var kinds []string
		err := c.Scan(t.Context(), scanning{Kind: objects.OnApplication, Part: objects.Certificates, Object: func(o *objects.Listed) error {
			for _, cr := range o.Credentials {
				kinds = append(kinds, cr.Kind)
			}
			return nil
		}})
		// A password here would be found twice, because another listing has it.
		if diff := cmp.Diff([]string{objects.Certificate}, kinds); err != nil || diff != "" {
			t.Fatalf("%v: %s", err, diff)
		}
		// The filtered listing must not select keyCredentials because of the limit, and an
		// advanced query needs its header.
		q := asked[0].URL.Query()
		if q.Has("$select") || asked[0].Header.Get("ConsistencyLevel") != "eventual" || q.Get("$count") != "true" {
			t.Errorf("asked %s with %v", asked[0].URL, asked[0].Header)
		}
		if !supported && !strings.Contains(asked[1].URL.Query().Get("$select"), "keyCredentials") {
			t.Errorf("then asked %s", asked[1].URL)
		}
	}
}

func TestScanOfPasswordsStaysOutOfTheLimitOnCertificates(t *testing.T) {
	var query string
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		query = r.URL.Query().Get("$select")
		answer(w, 200, page())
	})
	var got scanned
	if err := c.Scan(t.Context(), got.scan(objects.OnServicePrincipal, objects.Passwords)); err != nil {
		t.Fatal(err)
	}
	if query == "" || strings.Contains(query, "keyCredentials") || strings.Contains(query, "oauth2PermissionScopes") {
		t.Errorf("$select=%s", query)
	}
}

func TestPace(t *testing.T) {
	for text, slow := range map[string]bool{"": false, "0.5": false, "0.8": true, "1.8": true, "none": false, "-3": false} {
		if got := pace(http.Header{"X-Ms-Throttle-Limit-Percentage": {text}}); (got > 0) != slow || got.Seconds() > 3 {
			t.Errorf("%q: %v", text, got)
		}
	}
}
