package graph

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// For a reader that may not list objects, the object is requested by its alternate key. If
// that fails too, the result is "forbidden", never "there is none".
func TestForbiddenListIsNoEmptyList(t *testing.T) {
	refuse := func(w http.ResponseWriter, status int, code string) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(`{"error":{"code":"` + code + `","message":"no"}}`))
	}
	for name, byKey := range map[string]func(http.ResponseWriter){
		"found": func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"id":"5d1e8a37-4c92-4f06-a7b8-3e9c0d6f2a14","appId":"7c0f6e1a-2d43-4b58-9a6e-1f3d5c7b9e20","passwordCredentials":[],"keyCredentials":[]}`))
		},
		"not found":  func(w http.ResponseWriter) { refuse(w, 404, "Request_ResourceNotFound") },
		"no segment": func(w http.ResponseWriter) { refuse(w, 400, "BadRequest") },
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.Contains(r.URL.Path, "appId=") {
					byKey(w)
					return
				}
				refuse(w, 403, "Authorization_RequestDenied")
			})
			found, err := c.ServicePrincipalsByAppID(context.Background(), "7c0f6e1a-2d43-4b58-9a6e-1f3d5c7b9e20")
			if name == "found" {
				if err != nil || len(found) != 1 {
					t.Fatalf("%d objects, error %v, want one", len(found), err)
				}
				return
			}
			if !IsForbidden(err) {
				t.Errorf("%d objects, error %v, want forbidden", len(found), err)
			}
		})
	}
}

// The same holds for an object ID: the object itself may be readable.
func TestForbiddenListStillGivesTheObject(t *testing.T) {
	const id = "5d1e8a37-4c92-4f06-a7b8-3e9c0d6f2a14"
	for name, there := range map[string]bool{"there": true, "not there": false} {
		t.Run(name, func(t *testing.T) {
			c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				switch {
				case strings.HasSuffix(r.URL.Path, "/servicePrincipals/"+id) && there:
					answer(w, 200, map[string]any{"id": id, "appId": appID, "passwordCredentials": []any{}})
				case strings.HasSuffix(r.URL.Path, "/"+id):
					answer(w, 404, oops("Request_ResourceNotFound", "no"))
				default:
					answer(w, 403, oops("Authorization_RequestDenied", "no"))
				}
			})
			found, err := c.FindServicePrincipals(ctx, id)
			if there && (err != nil || len(found) != 1) || !there && !IsForbidden(err) {
				t.Errorf("%d objects, error %v", len(found), err)
			}
		})
	}
}

// What answers every request alike, such as a proxy with a page of its own in JSON, has not
// returned the object that was requested.
func TestAnotherObjectIsNoAnswer(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"a list":         `{"value":[]}`,
		"another object": `{"id":"5d1e8a37-4c92-4f06-a7b8-3e9c0d6f2a99","appId":"7c0f6e1a-2d43-4b58-9a6e-1f3d5c7b9e99","value":[]}`,
	} {
		c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, body) })
		if found, err := c.ServicePrincipalsByAppID(t.Context(), appID); err == nil || len(found) > 0 {
			t.Errorf("%s: by application ID: %+v, %v", name, found, err)
		}
		if o, err := c.Application(t.Context(), spID); err == nil || o.ID != "" {
			t.Errorf("%s: by object ID: %+v, %v", name, o, err)
		}
	}
}

// That a deleted object is not among those that were read does not mean that there is none.
func TestDeletedObjectsBeyondThePagesRead(t *testing.T) {
	t.Parallel()
	var n int
	c, s := serve(t, nil)
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n++
		list := page(map[string]any{"id": spID, "appId": spID})
		list["@odata.nextLink"] = s.URL + "/v1.0/directory/deletedItems?p=" + strconv.Itoa(n)
		answer(w, 200, list)
	})
	if found, err := c.DeletedObject(t.Context(), "application", appID); err == nil || found != nil || n != listPages {
		t.Errorf("%+v, %v after %d pages", found, err, n)
	}
}
