// The order of the looks is that of Envoy 1.40 (source/common/tls/context_impl.cc): the chain, the kind and size of its public
// key, the private key, whether they belong together.
#include "model/check/certificates.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <mutex>
#include <unordered_map>

namespace model::check {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using X509Owner = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Bio bioOf(const std::string& text) { return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free}; }

X509Owner firstIn(const std::string& pem)
{
    const Bio bio = bioOf(pem);
    X509Owner certificate(PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, nullptr), X509_free);
    ERR_clear_error();
    return certificate;
}

/// Gives the password where one is asked for; never asks a person.
int givePassword(char* buffer, int size, int, void* password)
{
    const auto& text = *static_cast<const std::string*>(password);
    if (text.empty() || static_cast<int>(text.size()) > size) return -1;
    std::memcpy(buffer, text.data(), text.size());
    return static_cast<int>(text.size());
}

Key keyIn(const std::string& pem, std::string password)
{
    const Bio bio = bioOf(pem);
    Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, givePassword, &password), EVP_PKEY_free);
    ERR_clear_error();
    return key;
}

/// What Envoy has against a public key; empty when nothing.
std::string faultOf(EVP_PKEY* key)
{
    if (key == nullptr) return "its public key cannot be read";
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) < 2048)
        return "only RSA certificates with 2048-bit or larger keys are supported";
    constexpr std::array sizes = {256, 384, 521};
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC && std::ranges::find(sizes, EVP_PKEY_get_bits(key)) == sizes.end())
        return "only P-256, P-384 or P-521 ECDSA certificates are supported";
    return {};
}

std::string commonName(X509* certificate)
{
    char name[256];
    const int length = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
    return length > 0 ? std::string(name, static_cast<std::size_t>(length)) : std::string();
}

void readNames(X509* certificate, Certificate& read)
{
    auto* all = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    for (int i = 0; i < sk_GENERAL_NAME_num(all); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(all, i);
        read.isNamed = true;
        if (name->type == GEN_DNS)
            read.names.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                                    static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
    }
    GENERAL_NAMES_free(all);
    const std::string common = commonName(certificate);
    if (!read.isNamed && !common.empty()) read.names.push_back(common);
    read.isNamed = read.isNamed || !common.empty();
}

Certificate read(const std::string& chain, const std::string& key, const std::string& password)
{
    Certificate made;
    const X509Owner certificate = firstIn(chain);
    if (!certificate) {
        made.chainFault = "it holds no certificate in PEM form";
        return made;
    }
    readNames(certificate.get(), made);
    std::tm expires{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &expires) == 1) made.expires = ::timegm(&expires);
    made.chainFault = faultOf(X509_get0_pubkey(certificate.get()));
    if (key.empty()) return made;
    if (const Key own = keyIn(key, password); !own)
        made.keyFault = "it holds no private key in PEM form that can be read";
    else if (X509_check_private_key(certificate.get(), own.get()) != 1)
        made.keyFault = "it does not belong to the certificate (KEY_VALUES_MISMATCH)";
    ERR_clear_error();
    return made;
}

} // namespace

std::shared_ptr<const Certificate> readCertificate(const std::string& chain, const std::string& key,
                                                   const std::string& password)
{
    constexpr std::size_t most = 256;
    static std::mutex mutex;
    static std::unordered_map<std::string, std::shared_ptr<const Certificate>> known;
    const std::string all = chain + '\0' + key + '\0' + password;
    const std::lock_guard lock(mutex);
    if (known.size() > most) known.clear();
    auto& made = known[all];
    if (!made) made = std::make_shared<const Certificate>(read(chain, key, password));
    return made;
}

bool holdsCertificates(const std::string& pem) { return firstIn(pem) != nullptr; }

bool covers(const std::vector<std::string>& names, std::string_view host)
{
    return std::ranges::any_of(names, [&](const std::string& name) {
        if (name == host) return true;
        const std::size_t dot = host.find('.');
        return name.starts_with("*.") && dot != std::string_view::npos && host[0] != '*' &&
               host.substr(dot) == std::string_view(name).substr(1);
    });
}

} // namespace model::check
