"""What people also write to a shop though it is none of its business: held against it when confidence is learnt.

What a brand's content does speak of is left out by itself, so a travel agency may talk about flights.
"""

from __future__ import annotations

from dataclasses import dataclass

from csbot.nlu.tokens import tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Texts and single words about other matters, and names of other firms, as tokens."""

    texts: tuple[tuple[str, ...], ...]
    words: frozenset[str]
    firms: frozenset[str]


_ENGLISH = """
what is the weather today | is it going to snow this weekend | how cold is it outside right now
weather forecast for the next days | who won the league this season | what time does the match start
when is the next world cup | how many goals did he score | who is your favourite player | how do i cook rice
recipe for chocolate cake | what can i make for dinner tonight | how long should i boil eggs
which restaurant do you recommend around here | order me a burger and fries | what is the capital of germany
how many people live in china | who wrote romeo and juliet | who invented the telephone
what year did the war end | how far is the moon | what is the largest animal in the world
who is the prime minister | when are the elections | what do you think about the government
should taxes be higher | tell me something funny | sing me a song | tell me a story
what is your favourite colour | do you love me | i am bored | i feel sad today | i hate my life
what is the meaning of life | is there life after death | what should i do with my life
my head hurts what can i take | i have a fever and a cough | do i need to see a doctor
book an appointment with the dentist | which vitamins should i take | how do i lose weight | my cat will not eat
how often should i walk my dog | my car does not start | how do i change the oil in my car
where can i park in the city | how do i get to the airport | find me a cheap flight
book a hotel room for two nights | train times to paris | what time is the next bus | call me a taxi
do i need a visa to travel | what language do they speak in brazil | translate this sentence into spanish
how do you say thank you in french | what does this word mean | how do you spell necessary
what is ten times twelve | solve this equation for me | what is the square root of eighty one
convert miles to kilometres | what time is it in tokyo | what day is it tomorrow | set a timer for ten minutes
wake me up at six | remind me to call my mother | add milk to my shopping list | turn off the lights
turn up the volume | play my favourite song | who sings this song | what is a good book to read
recommend me a movie | what is on television tonight | how does this series end
how do i install windows on my laptop | write a program that sorts numbers | how do i learn programming
my wifi is slow at home | how do i make a website
how do i block someone on instagram
what is the price of gold | should i buy shares
how do i open a bank account | transfer money to my brother | what is my account balance at the bank
how do i pay my electricity bill | my rent is too high | how do i get a mortgage | my insurance does not pay
how do i apply for a passport | where do i renew my driving licence | how do i file my taxes
when does school start | help me with my homework | write an essay about history | how do i get into university
what jobs pay the most | how do i write a resume | my boss is mean to me | how do i get a divorce
what should i name my baby | what present for my girlfriend's parents | how do i grow tomatoes
how do i paint a wall | fix the leaking tap in my kitchen | what is the fastest car | who built the pyramids
how do planes fly | why is the sky blue | do aliens exist | what is my horoscope | what happens in the news
is the stock market open | how do i play chess | good jokes about cats | i like trains | blah blah blah
lorem ipsum dolor sit amet | la la la la | aaa bbb ccc ddd
where is the closest hospital | is there a petrol station near here | where can i find a cash machine
is the museum open on mondays | what time does the library close | how much is a ticket to the concert
how much does a new roof cost | what does gravity mean | explain evolution to me | what is a black hole
how does a vaccine work | what is the difference between a virus and a bacterium | how long do turtles live
how old is the universe | how many days are in a leap year | how many grams are in an ounce | divide ninety by six
when did the titanic sink | which country has the most islands | what is the longest river
cancel my gym membership | cancel my flight to rome | my luggage did not arrive
my train was late can i claim something | the bus driver was rude | i want to report a crime | someone stole my bicycle
there is a fire in my building | my neighbour is too loud | my landlord will not give me my deposit
i could not pay my gas bill | what is my credit score | lend me some money | how do i invest in bitcoin
exchange rate of the euro | how do i get a loan | did my salary arrive | i lost my driving licence
my phone does not charge | the screen of my laptop is black | how do i delete a tweet | reset my router
my printer does not print | which laptop should i buy | what is the best camera phone | compare these two cars
is this mushroom edible | how much water should i drink | is coffee bad for you | my back hurts | my baby does not sleep
what is a good name for a dog | how do i train a puppy | teach me to dance | how do i braid hair
plan a birthday party | write me an email to my teacher
summarise this article | correct my grammar | what is the plural of mouse | who is your father | where were you born
what do you eat | are you married | can you drive | what do you dream about | do you have feelings | you are handsome
who will win the election | is the war over | what did the president say | when is ramadan | what day is easter
say something in chinese | flip a coin | pick a number | guess what i am thinking | tell me a riddle | make me laugh
"""

_TURKISH = """
bugün hava nasıl olacak | hafta sonu kar yağacak mı | dışarısı kaç derece | yarın hava sıcak mı
hava durumu tahmini | ligde kim şampiyon oldu | beşiktaş maçı ne zaman | milli takım kaç gol attı
en sevdiğin futbolcu kim | derbi hangi kanalda | pilav nasıl pişirilir | kek tarifi ver | akşama ne yemek yapsam
yumurta kaç dakika haşlanır | yakında güzel bir lokanta var mı | bana bir pizza söyle
almanya'nın başkenti neresi | çin'in nüfusu kaç | istanbul'u kim fethetti | telefonu kim icat etti
savaş hangi yılda bitti | ay dünyaya ne kadar uzak | dünyanın en büyük hayvanı hangisi | başbakan kimdi
seçim ne zaman | hükümet hakkında ne düşünüyorsun | hangi parti kazanır | komik bir şey söyle | bana şarkı söyle
masal anlatır mısın | en sevdiğin renk ne | beni seviyor musun | canım sıkılıyor | bugün çok üzgünüm
hayattan bıktım | ölümden sonra ne var | hayatımla ne yapmalıyım | midem bulanıyor ne içeyim
ateşim var öksürüyorum | doktora gitmem gerekir mi | dişçiden randevu al | hangi vitamini içmeliyim
nasıl kilo veririm | köpeğim hasta | kedi maması ne kadar verilir | arabam çalışmıyor | motor yağı nasıl değişir
şehirde nereye park edebilirim | havaalanına nasıl giderim | ucuz uçak bileti bul | iki gecelik otel ayarla
tren kaçta kalkıyor | otobüs ne zaman gelir | taksi çağır | vize gerekiyor mu | brezilya'da hangi dil konuşulur
bunu ingilizceye çevir | fransızca teşekkür nasıl denir | bu kelime ne demek | on kere on iki kaç
bu denklemi çöz | seksen birin karekökü | kaç kilometre yapar | tokyo'da saat kaç | yarın günlerden ne
on dakikalık sayaç kur | sabah altıda uyandır | annemi aramayı hatırlat | ışıkları kapat | sesi aç
sevdiğim şarkıyı çal | bu şarkıyı kim söylüyor | okuyacak güzel bir kitap öner | dizi önerir misin
televizyonda ne var | bilgisayara windows nasıl kurulur | sayıları sıralayan program yaz
kodlama nasıl öğrenilir | evde internet çok yavaş | instagramda birini nasıl engellerim
altın fiyatı ne kadar | borsa bugün düştü mü | bankada hesap nasıl açılır
kardeşime para gönder | banka bakiyem ne kadar | su faturası nereye yatırılır | kiram çok arttı
konut kredisi nasıl çekilir | sigortam ödemiyor | pasaport başvurusu nasıl yapılır | sürücü belgesi yenileme
vergi beyannamesi ne zaman | okullar ne zaman açılıyor | ödevime yardım et | tarih hakkında yazı yaz
üniversiteye nasıl girilir | en çok kazandıran meslek | patronum bana kötü davranıyor | nasıl boşanırım
bebeğime ne isim koysam | domates nasıl yetiştirilir | duvar nasıl boyanır | mutfaktaki musluk akıtıyor
en hızlı araba hangisi | piramitleri kim yaptı | uçaklar nasıl uçar | gökyüzü neden mavi | uzaylılar var mı
günlük falım | bugün haberlerde ne var | satranç nasıl oynanır | ezan kaçta okunuyor | oruç ne zaman başlıyor
askerlik kaç ay | dün rüyamda deniz gördüm | sence kim haklı | vay vay vay | falan filan işte | şşş pişt
asdf asdf | qwe rty | lalala
en yakın hastane nerede | buralarda benzinlik var mı | bankamatik nerede bulurum | müze pazartesi açık mı
kütüphane kaçta kapanıyor | konser bileti ne kadar | çatı yaptırmak kaça mal olur | yerçekimi ne demek
evrim nedir anlat | kara delik nedir | aşı nasıl çalışır | kaplumbağalar kaç yıl yaşar | evren kaç yaşında
bir yılda kaç hafta var | doksanı altıya böl | mona lisa'yı kim çizdi | titanik ne zaman battı
spor salonu üyeliğimi iptal et | roma uçuşumu iptal et | uçakta koltuğumu değiştir | bavulum gelmedi
trenim gecikti hakkımı nasıl ararım | otobüs şoförü kaba davrandı | suç duyurusunda bulunacağım | bisikletimi çaldılar
binada yangın var | komşum çok gürültü yapıyor | ev sahibi depozitomu vermiyor | doğalgaz faturam çok geldi
kredi notum kaç | bana borç verir misin | bitcoin alınır mı | euro kaç lira oldu | kredi nasıl çekilir
maaşım yattı mı | ehliyetimi kaybettim | telefonum şarj olmuyor | bilgisayarım açılmıyor | modemi nasıl sıfırlarım
yazıcım yazmıyor | hangi bilgisayarı önerirsin | en iyi kameralı telefon hangisi | elektrikler gitti
bu mantar yenir mi | günde kaç bardak su içmeliyim | kahve zararlı mı | belim ağrıyor | bebeğim uyumuyor
köpeğime isim öner | dans etmeyi öğret | kravat nasıl bağlanır | düğünde ne giysem | doğum günü partisi planla
deniz hakkında şiir yaz | öğretmenime mektup yaz | bu yazıyı özetle | cümlemi düzelt | baban kim | nerede doğdun
ne yersin | evli misin | araba sürebilir misin | rüya görür müsün | duyguların var mı | çok yakışıklısın
seçimi kim kazanır | savaş bitti mi | cumhurbaşkanı ne dedi | bayram ne zaman | yazı tura at | bir sayı tut
aklımdan ne geçiyor bil bakalım | bana bir bilmece sor | beni güldür | oğluma okul bakıyorum | çocuğuma dadı lazım
ligin lideri kim | hangi kanalda yayınlanıyor | işten çıkarıldım ne yapmalıyım | askerlik ne zaman bitiyor
"""

_WORDS = """
weather rain snow sunny storm forecast temperature wind football soccer basketball tennis league goal team coach
player referee stadium olympic recipe cook bake soup rice chicken pizza burger restaurant dinner breakfast lunch
hungry drink beer wine coffee president minister government parliament election vote party politics war army
soldier capital country population city river mountain ocean planet moon sun star universe doctor hospital
medicine pill pain headache fever cough sick disease pregnant diet calories school university exam teacher
homework student degree essay history math physics chemistry movie film series actor singer song music concert
guitar piano dance theatre book novel poem flight airport plane hotel train bus taxi visa passport holiday trip
tourist bank loan mortgage credit interest shares stock bitcoin crypto dollar euro exchange gold invest tax car
engine tyre wheel petrol driving licence traffic police accident dog cat pet animal horse bird fish love
marriage wedding girlfriend boyfriend divorce husband wife god religion pray church mosque bible horoscope
zodiac dream computer laptop program python code software windows virus wifi router alarm timer reminder
calendar meeting lights volume rent landlord apartment neighbour plumber electricity water heating joke funny
riddle game chess lottery language translate english french spanish german japanese grammar
hava yağmur kar güneşli fırtına derece rüzgar futbol basketbol maç gol takım lig hakem stadyum galatasaray
fenerbahçe beşiktaş trabzonspor olimpiyat şampiyon tarif yemek çorba pilav tavuk pizza lokanta restoran kebap
kahvaltı öğle akşam acıktım çay kahve bira cumhurbaşkanı başbakan hükümet meclis seçim oy parti siyaset savaş
asker ordu başkent ülke nüfus nehir dağ deniz gezegen dünya ay güneş yıldız evren doktor hastane ilaç ağrı baş
mide ateş öksürük hasta hastalık hamile diyet kalori vitamin okul üniversite sınav öğretmen ödev öğrenci tarih
matematik fizik kimya ders film dizi oyuncu şarkı şarkıcı müzik konser gitar piyano dans tiyatro roman şiir
kitap uçak uçuş havaalanı otel tren otobüs taksi vize pasaport tatil bilet seyahat banka kredi faiz borsa hisse
bitcoin dolar euro kur altın yatırım vergi beyanname maaş araba motor lastik benzin ehliyet sürücü trafik polis
kaza köpek kedi hayvan kuş balık at mama aşk evlilik düğün sevgili boşanma koca karı allah din namaz ezan oruç
cami dua burç fal rüya bilgisayar program python yazılım kodlama windows virüs wifi modem internet alarm
hatırlatıcı takvim toplantı ışık kira kiracı ev sahibi komşu musluk elektrik doğalgaz su aidat fıkra espri
bilmece oyun satranç piyango loto dil çeviri ingilizce fransızca almanca japonca
"""

_FIRMS = """
netflix spotify youtube facebook twitter tiktok uber amazon ebay aliexpress alibaba walmart zalando temu shein
trendyol hepsiburada n11 yemeksepeti çiçeksepeti sahibinden asos ikea migros lcw koton defacto boyner letgo
gittigidiyor pttavm morhipo modanisa turkcell vodafone turknet thy obilet airbnb tripadvisor disney exxen blutv
digiturk snapchat allegro etsy lyft deliveroo glovo doordash carrefour mediamarkt teknosa
"""


def outside() -> Outside:
    """All of it."""
    lines = (_ENGLISH + "|" + _TURKISH).replace("\n", "|").split("|")
    return Outside(
        texts=tuple(words for line in lines if (words := tokens(line))),
        words=_each(_WORDS),
        firms=_each(_FIRMS),
    )


def _each(words: str) -> frozenset[str]:
    return frozenset(token for word in words.split() for token in tokens(word))
