package bot

import (
	"crypto/hmac"
	"crypto/sha256"
	"sync"
	"testing"
)

// TestStamp makes the same codes as hmac, from several goroutines at once.
func TestStamp(t *testing.T) {
	secret := []byte("a secret")
	s := NewStamp(secret)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for n := range 200 {
				texts := []string{string(rune('a' + i)), string(make([]byte, n)), "é"}
				mac := hmac.New(sha256.New, secret)
				mac.Write([]byte(texts[0] + texts[1] + texts[2]))
				if got := s.Sum(texts...); !hmac.Equal(got[:], mac.Sum(nil)) {
					t.Errorf("the code over %q is another", texts)
				}
			}
		})
	}
	all.Wait()
}
