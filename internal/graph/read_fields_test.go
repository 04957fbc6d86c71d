package graph

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/internal/objects"
)

func TestMalformedFieldsCostNothingElse(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, `{"value":[
		 {"id":7,"appId":["x"],"displayName":null,"passwordCredentials":"none"},
		 {"id":"`+strings.ToUpper(spID)+`","appId":"`+appID+`","displayName":"Two","accountEnabled":"true","createdDateTime":"soon",
		  "passwordCredentials":[
		   {"keyId":"`+keyA+`","endDateTime":"tomorrow","startDateTime":"2025-01-02T03:04:05.1234567Z","hint":"a_1"},
		   "broken",
		   {"keyId":5,"endDateTime":"2030-01-01T00:00:00+02:00"},
		   {"keyId":"`+keyB+`","startDateTime":"2025-01-02T03:04:05Z"},
		   {"keyId":"`+keyC+`","endDateTime":null}]}]}`)
	})
	var got []objects.ServicePrincipal
	if _, err := c.EachServicePrincipal(ctx, func(sp objects.ServicePrincipal) error { got = append(got, sp); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || len(got[0].Problems) == 0 {
		t.Fatalf("got %+v", got)
	}
	sp := got[1]
	if sp.ID != spID || sp.AccountEnabled == nil || !*sp.AccountEnabled || len(sp.Credentials) != 4 {
		t.Fatalf("got %+v", sp)
	}
	if !slices.Contains(sp.Problems, "createdDateTime is malformed") {
		t.Errorf("problems are %q", sp.Problems)
	}
	first, second := sp.Credentials[0], sp.Credentials[1]
	if first.Problem == "" || first.End != nil || first.Start == nil || first.Hint != "a_1" || first.ObjectID != spID {
		t.Errorf("first is %+v", first)
	}
	if second.Problem != "" || !second.End.Equal(time.Date(2029, 12, 31, 22, 0, 0, 0, time.UTC)) {
		t.Errorf("second is %+v", second)
	}
	// A credential whose expiry date is null never expires. A missing date is a problem.
	if absent, none := sp.Credentials[2], sp.Credentials[3]; absent.Problem == "" || none.Problem != "" {
		t.Errorf("absent is %+v, null is %+v", absent, none)
	}
}

func TestSAMLKeysAreMarked(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, map[string]any{
			"id": spID,
			"keyCredentials": []any{
				map[string]any{"keyId": keyA, "usage": "Sign", "customKeyIdentifier": "ABEiM0RVZneImaq7zN3u/wARIjM="},
				map[string]any{"keyId": keyB, "usage": "Verify", "customKeyIdentifier": "ABEiM0RVZneImaq7zN3u/wARIjM="},
			},
			"passwordCredentials": []any{map[string]any{"keyId": keyA}, map[string]any{"keyId": keyC}},
		})
	})
	sp, err := c.ServicePrincipal(ctx, spID)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, cred := range sp.Credentials {
		got[cred.Kind+" "+cred.KeyID] = cred.SignsSAML()
	}
	want := map[string]bool{"password " + keyA: true, "password " + keyC: false, "certificate " + keyA: true, "certificate " + keyB: true}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestAgentIdentityByItsType(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, map[string]any{"@odata.type": "#microsoft.graph.agentIdentity", "id": spID, "servicePrincipalType": nil})
	})
	if sp, err := c.ServicePrincipal(ctx, spID); err != nil || sp.Type != objects.AgentIdentity {
		t.Errorf("got %q, %v", sp.Type, err)
	}
}

func TestThumbprintIsAskedForWhereMissing(t *testing.T) {
	selects := 0
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		key := map[string]any{"keyId": keyA, "usage": "Verify"}
		if r.URL.Query().Get("$select") == "keyCredentials" {
			selects++
			key["key"] = "AQID"
		}
		answer(w, 200, map[string]any{"id": appID, "keyCredentials": []any{key}})
	})
	app, err := c.Application(ctx, appID)
	if err != nil || selects != 1 || app.Credentials[0].Thumbprint != "7037807198C22A7D2B0807371D763779A84FDFCF" {
		t.Errorf("got %+v after %d requests, %v", app.Credentials, selects, err)
	}
}

// The name of a key cannot make the log refer to another key, and a failed attempt is not a
// change.
func TestNamesOfKeysAreNotRead(t *testing.T) {
	quoted := func(s string) string {
		b, err := json.Marshal([]string{s})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	entry := func(result, after string) map[string]any {
		return map[string]any{"activityDateTime": "2026-05-06T07:08:09Z", "result": result, "targetResources": []any{map[string]any{"id": spID, "type": "ServicePrincipal", "modifiedProperties": []any{
			map[string]any{"displayName": "KeyDescription", "oldValue": "[]", "newValue": after}}}}}
	}
	name := `x],[KeyIdentifier=` + keyB + `,KeyType=Password,DisplayName=y`
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, page(
			entry("success", quoted(`[KeyIdentifier=`+keyA+`,KeyType=Password,KeyUsage=Verify,DisplayName=`+name+`]`)),
			entry("success", quoted(`[KeyType=Password,KeyIdentifier=`+keyB+`]`)),
			entry("failure", quoted(`[KeyIdentifier=`+keyB+`,KeyType=Password]`)),
		))
	})
	var got []objects.ChangedKey
	err := c.EachChangeOf(ctx, spID, time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC), func(ch objects.Change) { got = append(got, ch.Added...) })
	if err != nil || !slices.Equal(got, []objects.ChangedKey{{ID: keyA, Kind: objects.Password, Name: name}}) {
		t.Errorf("%v, %+v", err, got)
	}
}

// Graph sends null for an empty list of a complete object, but also if it shows only the ID
// of an object.
func TestNullIsEmptyOnlyInAWholeObject(t *testing.T) {
	for name, tc := range map[string]struct {
		object  map[string]any
		missing bool
	}{
		"an empty list":              {map[string]any{"id": spID, "appId": appID, "passwordCredentials": []any{}}, false},
		"null in a whole object":     {map[string]any{"id": spID, "appId": appID, "passwordCredentials": nil}, false},
		"null like everything else":  {map[string]any{"id": spID, "appId": nil, "passwordCredentials": nil}, true},
		"absent from a whole object": {map[string]any{"id": spID, "appId": appID}, true},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, tc.object) })
			sp, err := c.ServicePrincipal(ctx, spID)
			if err != nil {
				t.Fatal(err)
			}
			if missing := slices.Contains(sp.Problems, objects.NoPasswords); missing != tc.missing {
				t.Errorf("the list counts as missing: %v, want %v", missing, tc.missing)
			}
		})
	}
}
