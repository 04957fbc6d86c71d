package wire

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/objects"
)

// FuzzPage looks for pages that break a reader. The readers for single objects and for scans
// must agree on the next link and on the objects of the page.
func FuzzPage(f *testing.F) {
	for _, seed := range []string{
		`{"value":[{"id":"1","appId":"2","displayName":"x","passwordCredentials":[{"keyId":"3","endDateTime":"2031-05-06T07:08:09Z"}]}],"@odata.nextLink":"https://g.example/v1.0/applications?$skiptoken=a"}`,
		`{"@odata.nextLink":"x","value":[null,7,[],{}]}`, `{"value":{}}`, `[]`, `{"value":[{"id":"\ud800`, `{"value":[],"value":[{}]}`, "\xef\xbb\xbf{}",
		`{"value":[{"id":7,"passwordCredentials":{}},{"id":"A","keyCredentials":[{"keyId":"B","endDateTime":7,"usage":"Sign"}]}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var ids []string
		next, err := ReadPage(bytes.NewReader(data), func(o Item) error {
			sp := ServicePrincipal(o)
			ids = append(ids, strings.ToLower(o.Text("id")))
			checkObject(t, o, sp)
			return nil
		})
		linked := ""
		got, scanErr := ReadScanPage(bytes.NewReader(data), objects.OnApplication, objects.WithFederation, func(link string) { linked = link })
		if err != nil || scanErr != nil {
			return
		}
		if next != got.Next || got.Next != "" && linked != got.Next {
			t.Errorf("one reader goes on at %q, the other at %q, having told %q", next, got.Next, linked)
		}
		if len(ids) != got.Count || len(got.Objects) != got.Count {
			t.Errorf("one reader sees %d objects, the other %d of %d", len(ids), len(got.Objects), got.Count)
		}
	})
}

// checkObject checks that nothing of an object is lost without a problem being recorded.
func checkObject(t *testing.T, o Item, sp objects.ServicePrincipal) {
	t.Helper()
	passwords, keys := len(o.Objects("passwordCredentials")), len(o.Objects("keyCredentials"))
	if len(sp.Credentials) != passwords+keys {
		t.Errorf("%d credentials of %d and %d", len(sp.Credentials), passwords, keys)
	}
	if sp.ID == "" && len(sp.Problems) == 0 {
		t.Errorf("an object without an ID is not noted: %+v", sp)
	}
	if !o.Present("passwordCredentials") && len(sp.Problems) == 0 {
		t.Errorf("an object without its passwords is not noted: %+v", sp)
	}
	now := time.Unix(1_800_000_000, 0)
	for i := range sp.Credentials {
		c := &sp.Credentials[i]
		if c.Problem != "" && c.End == nil && c.Status(now, time.Hour) != "" {
			t.Errorf("of a malformed date came %s", c.Status(now, time.Hour))
		}
	}
}

// FuzzRefusal looks for error bodies that are read wrongly.
func FuzzRefusal(f *testing.F) {
	f.Add([]byte(`{"error":{"code":"Authorization_RequestDenied","message":"no","innerError":{"request-id":"1"},"details":[{"code":"x"}]}}`))
	f.Add([]byte(`{"error":"x"}`))
	f.Add([]byte(`{"error":{"code":{},"details":{"a":1}}}`))
	f.Add([]byte(`{"odata.error":{"code":"\u001b[2J","message":{"lang":"en","value":"\u202e"}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, ok := ReadRefusal(data)
		if ok != (r.Code+r.Message != "") || len(r.Details) > 10 {
			t.Errorf("%+v, %v", r, ok)
		}
		for _, s := range append(r.Details, r.Code, r.Message, r.RequestID) {
			if !utf8.ValidString(s) || strings.ContainsFunc(s, neutral.Dangerous) || utf8.RuneCountInString(s) > 500*9 { // an escape has up to nine characters
				t.Errorf("%q is not neutral", s)
			}
		}
	})
}

// FuzzTime looks for dates that are read wrongly.
func FuzzTime(f *testing.F) {
	for _, seed := range []string{
		"2026-03-04T05:06:07Z", "2026-03-04 05:06:07.1234567Z", "2026-03-03T21:06:07-8:00", "2299-12-31T00:00:00Z",
		"2024-02-29", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "2026-03-04T05:06+0200", "2023-02-29T00:00:00Z",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, ok := parseTime(s)
		if !ok {
			return
		}
		year, err := strconv.Atoi(strings.TrimSpace(s)[:4])
		if err != nil || at.Add(24*time.Hour).Year() < year || at.Add(-24*time.Hour).Year() > year {
			t.Errorf("%q is read as %s", s, at)
		}
		if again, ok := parseTime(at.Format(time.RFC3339Nano)); ok && !again.Equal(at) {
			t.Errorf("%q is read as %s, and that as %s", s, at, again)
		}
	})
}

// FuzzIdentifier looks for customKeyIdentifiers that break names or thumbprints.
func FuzzIdentifier(f *testing.F) {
	for _, seed := range []string{"cgBiAGEAYwA=", "//5yAGIAYQBjAA==", "bWFpbHN0b3Jl", "AAECAw==", "!", "ABEiM0RVZneImaq7zN3u/wARIjM=", "/v8=", "//7/2A=="} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if name := passwordName(s); !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			t.Errorf("%q is named %q", s, name)
		}
		for _, print := range []string{thumbprint(s), thumbprintOf(s)} {
			if print != "" && (!isHex40(print) || print != strings.ToUpper(print)) {
				t.Errorf("%q has the thumbprint %q", s, print)
			}
		}
	})
}

// FuzzKeyDescription looks for audit log entries from which wrong keys are read.
func FuzzKeyDescription(f *testing.F) {
	const key = "3f0c6a52-9d7e-4b18-8a40-5d1be2f7c963"
	f.Add(`["[KeyIdentifier=`+key+`,KeyType=Password,KeyUsage=Verify,DisplayName=x]"]`, `[]`)
	f.Add(`["[KeyIdentifier=`+key+`,DisplayName=,[KeyIdentifier=]"]`, "null")
	f.Fuzz(func(t *testing.T, before, after string) {
		was, is := keys(before), keys(after)
		if len(was) > 2000 {
			t.Errorf("%d keys", len(was))
		}
		for _, k := range append(was, is...) {
			if len(k.ID) != 36 || strings.Trim(k.ID, "0123456789abcdef-") != "" {
				t.Errorf("the key %q", k.ID)
			}
		}
		if added, removed := without(is, was), without(was, is); len(without(added, removed)) != len(added) {
			t.Errorf("%v came and went: %v", added, removed)
		}
	})
}
