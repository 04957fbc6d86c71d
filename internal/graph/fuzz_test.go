package graph

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/spcheck/spcheck/internal/objects"
)

// FuzzPage looks for pages that break a reader. There are two, one for single
// objects and one for scans: they must agree on where the next page is.
func FuzzPage(f *testing.F) {
	for _, seed := range []string{
		`{"value":[{"id":"1","appId":"2","displayName":"x","passwordCredentials":[{"keyId":"3","endDateTime":"2031-05-06T07:08:09Z"}]}],"@odata.nextLink":"https://g.example/v1.0/applications?$skiptoken=a"}`,
		`{"@odata.nextLink":"x","value":[null,7,[],{}]}`, `{"value":{}}`, `[]`, `{"value":[{"id":"\ud800`, `{"value":[],"value":[{}]}`, "\xef\xbb\xbf{}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c := &Client{origin: &url.URL{Scheme: "https", Host: "graph.example"}}
		resp := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(data))}
		next, err := c.readPage(resp, func(o item) error {
			sp := servicePrincipal(o)
			_ = application(o)
			if sp.ID == "" && len(sp.Problems) == 0 && len(sp.Credentials) > 0 {
				t.Errorf("an object without an ID is not noted: %+v", sp)
			}
			return nil
		})
		d := &scanDecoder{kind: objects.OnApplication, bare: true, linked: func(string) {}}
		got, scanErr := d.page(bytes.NewReader(data))
		if err == nil && scanErr == nil && next != got.next {
			t.Errorf("one reader goes on at %q, the other at %q", next, got.next)
		}
	})
}

// FuzzRefusal looks for error bodies that break the reading of refusals.
func FuzzRefusal(f *testing.F) {
	f.Add(403, []byte(`{"error":{"code":"Authorization_RequestDenied","message":"no","innerError":{"request-id":"1"},"details":[{"code":"x"}]}}`))
	f.Add(500, []byte(`{"error":"x"}`))
	f.Add(400, []byte(`{"error":{"code":{},"details":{"a":1}}}`))
	f.Fuzz(func(t *testing.T, status int, data []byte) {
		c := &Client{origin: &url.URL{Scheme: "https", Host: "graph.example"}}
		err := c.refusal(&http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(data))})
		if err == nil || err.Error() == "" {
			t.Errorf("status %d is no error", status)
		}
	})
}
