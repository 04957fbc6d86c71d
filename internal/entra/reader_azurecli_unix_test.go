//go:build !windows

package entra

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestAzureCLIThatIsMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := AzureCLIReader(ReaderOptions{Tenant: testTenant, Scope: graphScope}).Token(t.Context())
	if err == nil || !strings.Contains(err.Error(), "not installed") {
		t.Errorf("got %v", err)
	}
}

// az starts further processes. None of them may outlive the time limit.
func TestAzureCLIThatDoesNotEnd(t *testing.T) {
	note := filepath.Join(t.TempDir(), "pid")
	fakeAz(t, `sh -c 'echo $$ > `+note+`.new; mv `+note+`.new `+note+`; exec sleep 600' & wait`)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := AzureCLIReader(ReaderOptions{Tenant: testTenant, Scope: graphScope}).Token(ctx)
		ended <- err
	}()
	var pid int
	for pid == 0 {
		data, _ := os.ReadFile(note)
		pid, _ = strconv.Atoi(strings.TrimSpace(string(data)))
		time.Sleep(5 * time.Millisecond)
	}
	cancel()
	if err := <-ended; err == nil {
		t.Error("a token without an answer")
	}
	for range 400 { // whoever inherits the process has to collect it
		state, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if syscall.Kill(pid, 0) != nil || err == nil && strings.Contains(string(state), ") Z ") {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("process %d is still there", pid)
}

func TestAzureCLITenantIsNoOption(t *testing.T) {
	for tenant, want := range map[string]bool{testTenant: true, "contoso.onmicrosoft.com": true, "": true, "--debug": false, "a&calc": false, "a b": false, "%PATH%": false} {
		if namesTenant(tenant) != want {
			t.Errorf("%q: %t", tenant, !want)
		}
	}
}

// Before version 2.54, az printed the expiry in local time only.
func TestAzureCLITokenOfAnOldVersion(t *testing.T) {
	token, expires := azureCLIToken([]byte(`{"accessToken": "t", "expiresOn": "2030-01-02 03:04:05.000000"}`))
	if token != "t" || !expires.Equal(time.Date(2030, 1, 2, 3, 4, 5, 0, time.Local)) {
		t.Errorf("%q, %v", token, expires)
	}
}
