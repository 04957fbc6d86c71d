package graphapi

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// BenchmarkPages reads a tenant of 50,000 applications in pages of 999.
func BenchmarkPages(b *testing.B) {
	tenant := testTenant()
	directory.Populate(tenant, 50_000, 1, testNow)
	handler := New(&directory.World{Tenants: []*directory.Tenant{tenant}}, tokens{"all": appCaller("Application.Read.All")})
	for _, set := range []string{"applications", "servicePrincipals"} {
		b.Run(set, func(b *testing.B) {
			for b.Loop() {
				req := httptest.NewRequest(http.MethodGet, "/v1.0/"+set+"?$top=999", nil)
				req.Header.Set("Authorization", "Bearer all")
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, req)
				if w.Code != http.StatusOK {
					b.Fatal(w.Body.String())
				}
			}
		})
	}
}

// TestLastPageCostsNoMore checks that a late page reads no object before it, and that no
// filter is applied without $filter.
func TestLastPageCostsNoMore(t *testing.T) {
	items := make([]int, 50_000)
	asked := 0
	count := func(*scene, int) bool { asked++; return true }
	page, next := cut(nil, items, count, 49_900, 50)
	if len(page) != 50 || next != 49_950 || asked != 50 {
		t.Errorf("a page of 50 from 49,900 has %d items, goes on at %d and asks %d times", len(page), next, asked)
	}
	e := newApplications()
	if m, err := e.matcher(query{}); m != nil || err != nil {
		t.Errorf("a request without $filter asks every object: %v", err)
	}
}
